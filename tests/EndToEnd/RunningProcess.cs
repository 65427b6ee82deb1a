using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansAsync.Tests.EndToEnd;

/// <summary>A program of ours as a process of its own, with what it writes; killed with its children on dispose.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    /// <summary>How long anything may take: far beyond what it needs, as the machine may be busy.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly ConcurrentDictionary<Process, bool> Running = new();

    private readonly Process _process;
    private readonly string _name;
    private readonly Lock _gate = new();
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly List<(string Prefix, TaskCompletionSource<string> Found)> _awaited = [];

    // The test program may be told to end in the middle of a test.
    static RunningProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Keys) process.Kill(entireProcessTree: true);
    };

    public RunningProcess(string dll, string workingFolder, string[] args, IReadOnlyDictionary<string, string>? settings = null)
    {
        _name = $"{Path.GetFileNameWithoutExtension(dll)} {string.Join(' ', args)}";
        var start = new ProcessStartInfo("dotnet", ["exec", dll, .. args])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Settings of whoever runs the tests must not reach the programs.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("ORLEANSASYNC", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(variable);
        foreach (var (variable, value) in settings ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => OnLine(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => OnLine(_error, line.Data);
        _process.Start();
        Running[_process] = true;
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Waits for a line, on stdout or stderr, that starts with a text; fails when the process ends before.</summary>
    public async Task<string> WaitForLineAsync(string prefix)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Written().Split('\n').FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal)) is { } line)
                return line;
            _awaited.Add((prefix, found));
        }

        await Task.WhenAny(found.Task, _process.WaitForExitAsync(TestContext.Current.CancellationToken))
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        return found.Task.IsCompleted ? await found.Task : throw new InvalidOperationException($"'{_name}' ended before it wrote '{prefix}':\n{WrittenNow()}");
    }

    public async Task<ProcessResult> WaitForExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{_name}' did not end; it wrote:\n{WrittenNow()}");
        }

        lock (_gate)
            return new(_process.ExitCode, _out.ToString(), _error.ToString());
    }

    /// <summary>Asks the process to end, and waits for that.</summary>
    public Task<ProcessResult> TerminateAsync() => SignalAsync(15);

    /// <summary>Presses Ctrl-C, and waits for the end.</summary>
    public Task<ProcessResult> InterruptAsync() => SignalAsync(2);

    /// <summary>Kills the process: it learns nothing of it.</summary>
    public Task<ProcessResult> KillAsync() => SignalAsync(9);

    /// <summary>Stops the process where it is, until <see cref="Continue"/>: as a machine that sleeps, or a long pause.</summary>
    public void Pause() => Assert.Equal(0, Send(Id, 19));

    public void Continue() => Assert.Equal(0, Send(Id, 18));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        Running.TryRemove(_process, out _);
        _process.Dispose();
    }

    private Task<ProcessResult> SignalAsync(int signal)
    {
        Assert.Equal(0, Send(Id, signal));
        return WaitForExitAsync();
    }

    private void OnLine(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (_gate)
        {
            text.Append(line).Append('\n');
            foreach (var (prefix, found) in _awaited)
            {
                if (line.StartsWith(prefix, StringComparison.Ordinal))
                    found.TrySetResult(line);
            }
        }
    }

    private string WrittenNow()
    {
        lock (_gate)
            return Written();
    }

    private string Written() => $"{_out}{_error}";

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int process, int signal);
}
