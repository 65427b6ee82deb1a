using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansAsync.Tests.EndToEnd;

/// <summary>A client on a terminal of its own, as <c>script</c> of util-linux makes one: what it shows is read, and keys are pressed.</summary>
internal sealed partial class PseudoTerminal : IAsyncDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _shown = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    private PseudoTerminal(ProcessStartInfo start)
    {
        _script = Process.Start(start)!;
        _reading = ReadAsync();
    }

    /// <summary>Starts a client; skips the test where there is no <c>script</c>.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="columns">The width of its terminal.</param>
    /// <param name="rows">The height.</param>
    /// <param name="args">Its arguments.</param>
    public static PseudoTerminal Start(TemporaryFolder folder, int columns, int rows, params string[] args)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script")) Assert.Skip("script of util-linux, which makes a terminal, is not installed");
        var command = string.Create(CultureInfo.InvariantCulture, $"stty cols {columns} rows {rows}; exec dotnet exec '{Processes.Built("Client")}' {string.Join(' ', args)}");
        var start = new ProcessStartInfo("/usr/bin/script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What tells of another terminal, or of a machine that builds, where nobody sits at one.
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("ORLEANSASYNC", StringComparison.OrdinalIgnoreCase) || key is "NO_COLOR" or "COLUMNS" or "LINES" or "CI" or "GITHUB_ACTIONS").ToArray())
            start.Environment.Remove(variable);
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        return new(start);
    }

    /// <summary>Waits until a text is shown, behind what was waited for before.</summary>
    public async Task WaitForAsync(string text)
    {
        while (true)
        {
            Task more;
            string shown;
            lock (_gate)
            {
                shown = Plain(_shown.ToString());
                if (shown.IndexOf(text, _seen, StringComparison.Ordinal) is var at and >= 0)
                {
                    _seen = at + text.Length;
                    return;
                }
                if (_reading.IsCompleted) throw new InvalidOperationException($"The client ended before it showed '{text}':\n{shown[_seen..]}");
                more = _more.Task;
            }
            try
            {
                await Task.WhenAny(more, _reading).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"The client did not show '{text}' but:\n{shown[_seen..]}");
            }
        }
    }

    /// <summary>Presses keys.</summary>
    public async Task PressAsync(string keys)
    {
        await _script.StandardInput.WriteAsync(keys);
        await _script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for the client's end.</summary>
    public async Task<(int ExitCode, string Shown)> WaitForExitAsync()
    {
        await _script.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
        await _reading;
        return (_script.ExitCode, _shown.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: true);
            await _script.WaitForExitAsync(CancellationToken.None);
        }
        await _reading;
        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _script.StandardOutput.ReadAsync(buffer) is > 0 and var count)
        {
            lock (_gate)
            {
                _shown.Append(buffer, 0, count);
                _more.SetResult();
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    // Without what moves the cursor and sets colours. Of a text that grows, all but an unfinished end stays what it was.
    private static string Plain(string shown) => Controls().Replace(shown, "");

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Controls();
}
