using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Execution;

/// <summary>Code in child processes: this test program, started again by its silo.</summary>
public sealed class ProcessTests(ProcessTests.Fixture fixture) : IClassFixture<ProcessTests.Fixture>
{
    // Starting one takes a second on a machine that has nothing else to do.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private IClusterLoop Loop => fixture.Loop;

    [Fact]
    public async Task Calls_run_one_after_another_in_the_same_process_which_is_not_the_silos()
    {
        var first = await RunAsync("process");
        Assert.NotEqual($"{Environment.ProcessId}", first);
        Assert.Equal([first, first, first], await Loop.GatherAsync(new InProcess("process"), new InProcess("process"), new InProcess("process")).WaitAsync(Limit));
    }

    [Fact]
    public async Task A_call_without_a_result_and_one_of_a_coroutine_run_too()
    {
        var file = fixture.File();
        await Loop.RunInExecutorAsync(new TouchInProcess(file)).WaitAsync(Limit);
        Assert.True(File.Exists(file));
        file = fixture.File();
        await Loop.CreateTask(Inline.Do(body => body.RunInExecutorAsync(new TouchInProcess(file)))).AsTask().WaitAsync(Limit);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task An_exception_keeps_its_type_and_its_remote_stack()
    {
        var error = await Assert.ThrowsAsync<FormatException>(() => RunAsync("throw"));
        Assert.Equal("spam", error.Message);
        Assert.Contains(nameof(InProcessBody), error.StackTrace, StringComparison.Ordinal);
        Assert.NotEqual("", await RunAsync("process"));
    }

    [Fact]
    public async Task What_it_writes_goes_to_the_log_and_not_into_the_result()
    {
        Assert.Equal("done", await RunAsync("write"));
        await Patience.Until(() => fixture.Log.Containing("to stdout").Length > 0 && fixture.Log.Containing("to stderr").Length > 0);
        Assert.Equal((LogLevel.Information, LogLevel.Warning), (fixture.Log.Containing("to stdout")[0].Level, fixture.Log.Containing("to stderr")[0].Level));
    }

    [Fact]
    public async Task A_process_that_ends_fails_its_call_with_the_exit_code_and_the_next_gets_another()
    {
        var before = await RunAsync("process");
        var error = await Assert.ThrowsAsync<WorkerProcessException>(() => RunAsync("exit"));
        Assert.Equal(7, error.ExitCode);
        Assert.Contains($"{before}, which ran {nameof(InProcessBody)}, ended with exit code 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("last words", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(before, await RunAsync("process"));
    }

    [Fact]
    public async Task One_that_is_killed_while_it_waits_for_work_costs_no_call()
    {
        using var process = Process.GetProcessById(int.Parse(await RunAsync("process"), CultureInfo.InvariantCulture));
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual($"{process.Id}", await RunAsync("process"));
    }

    [Fact]
    public async Task A_cancelled_task_ends_when_its_process_is_gone()
    {
        var file = fixture.File();
        var task = Loop.CreateTask(new InProcess("hang", file));
        await Until(() => File.Exists(file));
        using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture));
        var waiting = Loop.CreateTask(new InProcess("process"));
        Assert.True(await task.CancelAsync("enough"));
        Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().WaitAsync(Limit))).CancelMessage);
        Assert.True(process.HasExited);
        Assert.NotEqual($"{process.Id}", await waiting.AsTask().WaitAsync(Limit));
    }

    [Fact]
    public async Task One_that_is_cancelled_while_it_waits_for_a_process_never_runs()
    {
        var (file, other) = (fixture.File(), fixture.File());
        var task = Loop.CreateTask(new InProcess("hang", file));
        await Until(() => File.Exists(file));
        var waiting = Loop.CreateTask(new TouchInProcess(other));
        await Until(() => waiting.State == TaskState.Running);
        Assert.True(await waiting.CancelAsync());
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiting.AsTask().WaitAsync(Limit));
        await task.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().WaitAsync(Limit));
        Assert.False(File.Exists(other));
    }

    [Fact]
    public async Task Signals_to_the_silos_group_do_not_end_it()
    {
        var process = await RunAsync("process");
        Assert.Equal(process, await RunAsync("signals"));
        Assert.Equal(process, await RunAsync("process"));
    }

    [Fact]
    public async Task What_it_starts_is_no_worker() => Assert.Equal("", await RunAsync("environment"));

    [Fact]
    public async Task It_has_a_heap_of_one_processor() => Assert.Equal("False", await RunAsync("garbage collector"));

    [Fact]
    public async Task A_body_that_wants_services_of_the_silo_says_so()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Loop.RunInExecutorAsync(new NeedsSilo()).WaitAsync(Limit));
        Assert.Contains(nameof(IGrainFactory), error.Message, StringComparison.Ordinal);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition()) await Task.Delay(10, limit.Token);
    }

    private Task<string> RunAsync(string what) => Loop.RunInExecutorAsync(new InProcess(what)).WaitAsync(Limit);

    /// <summary>One silo with one child process.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;
        private readonly InProcessTestCluster _cluster;
        private int _lastFile;

        public Fixture() => _cluster = ClusterFixture.Build(1, silo =>
        {
            silo.Configure<ExecutorOptions>(options => options.MaxProcesses = 1);
            silo.Services.AddSingleton<ILoggerProvider>(new LogProvider(Log));
        }).Build();

        public IClusterLoop Loop => ClusterFixture.Loop(_cluster.Client.ServiceProvider);

        internal LogLines Log { get; } = new();

        public string File() => Path.Combine(_folder, $"{Interlocked.Increment(ref _lastFile)}");

        public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

        public async ValueTask DisposeAsync()
        {
            await _cluster.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed class LogProvider(LogLines log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose() { }
    }
}

/// <param name="What">What to do.</param>
/// <param name="File">Where it notes its process.</param>
[GenerateSerializer, Immutable, Alias("oa.tests.in-process")]
internal sealed record InProcess([property: Id(0)] string What, [property: Id(1)] string? File = null) : Coroutine<string>;

internal sealed class InProcessBody : ProcessBody<InProcess, string>
{
    protected override string Run(InProcess coroutine)
    {
        switch (coroutine.What)
        {
            case "process":
                return $"{Environment.ProcessId}";
            case "throw":
                throw new FormatException("spam");
            case "write":
                Console.Out.WriteLine("to stdout");
                Console.Error.WriteLine("to stderr");
                return "done";
            case "exit":
                Console.Error.WriteLine("last words");
                Environment.Exit(7);
                break;
            case "hang":
                System.IO.File.WriteAllText($"{coroutine.File}.new", $"{Environment.ProcessId}");
                System.IO.File.Move($"{coroutine.File}.new", coroutine.File!);
                new ManualResetEventSlim().Wait();
                break;
            case "signals":
                // Whatever ends with its finalizer.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                using (var seen = new CountdownEvent(2))
                using (PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => seen.Signal()))
                using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => seen.Signal()))
                using (Process.Start("kill", ["-INT", $"{Environment.ProcessId}"]))
                using (Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]))
                    seen.Wait();
                return $"{Environment.ProcessId}";
            case "garbage collector":
                return $"{System.Runtime.GCSettings.IsServerGC}";
            case "environment":
                return string.Concat(Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name is "DOTNET_STARTUP_HOOKS" or "ORLEANSASYNC_WORKER"));
        }
        return "";
    }
}

[GenerateSerializer, Immutable, Alias("oa.tests.touch-in-process")]
internal sealed record TouchInProcess([property: Id(0)] string File) : Coroutine;

internal sealed class TouchInProcessBody : ProcessBody<TouchInProcess>
{
    protected override void Run(TouchInProcess coroutine) => File.WriteAllText(coroutine.File, "");
}

[GenerateSerializer, Immutable, Alias("oa.tests.needs-silo")]
internal sealed record NeedsSilo : Coroutine;

internal sealed class NeedsSiloBody(IGrainFactory grains) : ProcessBody<NeedsSilo>
{
    protected override void Run(NeedsSilo coroutine) => Assert.NotNull(grains);
}
