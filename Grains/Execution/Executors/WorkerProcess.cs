using System.Diagnostics;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OrleansAsync.Execution.Executors;

/// <summary>A child process that runs calls, one at a time, as its silo sees it.</summary>
/// <remarks>
/// It is the program of the silo once more, so that it has all assemblies of the user's without their doing; a startup hook of the runtime takes it before
/// <c>Main</c>. It ends when its socket closes, which the death of the silo does, too.
/// </remarks>
internal sealed partial class WorkerProcess : IDisposable
{
    // Far beyond what the start of a process takes.
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(1);
    private const int MaxLastLines = 20;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = [];
    private readonly string _folder;
    private readonly Socket _listener;
    private readonly byte[] _setup;
    private readonly TaskCompletionSource _hasWritten = new();
    private WorkerSocket? _socket;
    private volatile bool _isKilled;

    private WorkerProcess(IReadOnlyList<Assembly> assemblies, ILogger logger)
    {
        _setup = Encoding.UTF8.GetBytes(string.Join('\n', assemblies.Select(assembly => $"{assembly.FullName}\t{assembly.Location}")));
        // Nobody else may enter it.
        _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;
        var address = Path.Combine(_folder, "worker");
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(address));
            _listener.Listen(1);
            _process = Process.Start(WorkerProgram.Describe(address))!;
        }
        catch
        {
            EndListening();
            throw;
        }
        // It gets no terminal of the silo's.
        _process.StandardInput.Close();
        var id = _process.Id;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null) LogOutput(logger, id, line.Data);
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _hasWritten.TrySetResult();
                return;
            }
            LogError(logger, id, line.Data);
            lock (_lastLines)
            {
                _lastLines.Enqueue(line.Data);
                if (_lastLines.Count > MaxLastLines) _lastLines.Dequeue();
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether another call may be given to it.</summary>
    public bool IsUsable => !_isKilled && !_process.HasExited;

    /// <summary>Starts a process; it is connected by the first call.</summary>
    /// <exception cref="WorkerProcessException">It cannot be started.</exception>
    public static WorkerProcess Start(IReadOnlyList<Assembly> assemblies, ILogger logger)
    {
        try
        {
            return new WorkerProcess(assemblies, logger);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or SocketException or UnauthorizedAccessException)
        {
            throw new WorkerProcessException($"A child process of the silo cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Runs a call.</summary>
    /// <exception cref="IOException">The process is gone.</exception>
    public byte[] Call(byte[] request)
    {
        Connect();
        _socket!.Send(request);
        return _socket.Receive();
    }

    /// <summary>Ends the process, whatever it does, and those it has started.</summary>
    public void Kill()
    {
        _isKilled = true;
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is AggregateException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself, or something it has started may not be ended.
        }
    }

    /// <summary>Waits until the process is gone; kills one that is no more to be talked to.</summary>
    public void WaitForEnd()
    {
        if (_process.WaitForExit(EndLimit)) return;
        Kill();
        // Without waiting for what it wrote, which what it has started may hold open.
        _process.WaitForExit(int.MaxValue);
    }

    /// <summary>Tells how the process ended.</summary>
    public WorkerProcessException Describe(Type body, Exception cause)
    {
        // What it wrote last is what tells why; something it has started may hold its stderr open.
        _hasWritten.Task.Wait(WriteLimit);
        string[] lines;
        lock (_lastLines) lines = [.. _lastLines];
        return new($"Child process {_process.Id}, which ran {body.Name}, ended with exit code {_process.ExitCode} before it had a result.{string.Concat(lines.Select(line => Environment.NewLine + line))}", cause)
        {
            ExitCode = _process.ExitCode,
        };
    }

    /// <summary>Lets the process end: without its socket it has nothing to do.</summary>
    public void Dispose()
    {
        _socket?.Dispose();
        EndListening();
        WaitForEnd();
        _process.Dispose();
    }

    private void Connect()
    {
        if (_socket is not null) return;
        var started = Stopwatch.GetTimestamp();
        while (!_listener.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead))
        {
            if (_process.HasExited) throw new IOException("The process ended before it was ready.");
            if (Stopwatch.GetElapsedTime(started) < StartLimit) continue;
            Kill();
            throw new IOException($"The process was not ready in {StartLimit}.");
        }
        _socket = new WorkerSocket(_listener.Accept());
        EndListening();
        _socket.Send(_setup);
    }

    private void EndListening()
    {
        _listener.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Child process {Process}: {Line}")]
    private static partial void LogOutput(ILogger logger, int process, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Child process {Process}: {Line}")]
    private static partial void LogError(ILogger logger, int process, string line);
}
