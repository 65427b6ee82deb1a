using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

public sealed class DebugModeTests
{
    [Fact]
    [CPython("test_runners.py::test_asyncio_run_debug")]
    public async Task It_is_handed_down_from_an_owner_to_all_tasks_below()
    {
        await using var cluster = new FakeCluster();
        var (debug, plain) = (cluster.NewClient(isDebug: true).Loop, cluster.NewClient().Loop);
        Assert.Equal((true, false), (debug.IsDebug, plain.IsDebug));
        Coroutine<string> Below() => Inline.Text(async loop => $"{loop.IsDebug} {await loop.CreateTask(Inline.Text(leaf => Task.FromResult($"{leaf.IsDebug}")))}");
        Assert.Equal("True True", await debug.CreateTask(Below()).AsTask().Soon());
        Assert.Equal("False False", await plain.CreateTask(Below()).AsTask().Soon());
        await using var debugSilos = new FakeCluster(options: new EventLoopOptions { Debug = true });
        Assert.Equal("True True", await debugSilos.NewClient().Loop.CreateTask(Below()).AsTask().Soon());
    }

    [Fact]
    [CPython("test_base_events.py::test_log_slow_callbacks")]
    [CPython("test_tasks.py::test_task_source_traceback")]
    public async Task A_turn_that_takes_too_long_is_reported_with_task_body_and_place_of_creation()
    {
        var log = new LogLines();
        var options = new EventLoopOptions { SlowTurnThreshold = TimeSpan.FromMilliseconds(30) };
        await using var cluster = new FakeCluster(1, options, log);
        await CreateSlowAsync(cluster.NewClient(isDebug: true).Loop).Soon();
        // On a busy machine other turns of the task may take that long too.
        var reported = log.Containing("A turn of task").Length;
        var (_, text, _) = log.Containing("A turn of task")[0];
        Assert.Contains("slow one", text, StringComparison.Ordinal);
        Assert.Contains(nameof(InlineInt), text, StringComparison.Ordinal);
        Assert.Contains("loop/0", text, StringComparison.Ordinal);
        Assert.Contains(nameof(CreateSlowAsync), text, StringComparison.Ordinal);
        // Waiting is no turn, and without debug mode nobody looks.
        await cluster.NewClient().Loop.CreateTask(Slow()).AsTask().Soon();
        Assert.Equal(reported, log.Containing("A turn of task").Length);
    }

    [Fact]
    [CPython("test_coroutines.py::test_coro_not_awaited")]
    public async Task A_coroutine_that_a_task_creates_and_never_starts_is_reported_when_the_task_ends()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var task = cluster.NewClient(isDebug: true).Loop.CreateTask(new Careless());
        Assert.Equal(1, await task.AsTask().Soon());
        var line = Assert.Single(log.Containing("Coroutine Careless"));
        Assert.Contains(nameof(Careless), line.Text, StringComparison.Ordinal);
        Assert.Contains(task.Id, line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_a_client_creates_and_drops_is_reported_when_it_is_collected()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        _ = cluster.NewClient(isDebug: true);
        Drop();
        while (log.Containing("Dropped").Length == 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }
        Assert.Contains("was never started", log.Containing("Dropped")[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_leaves_running_is_named()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var started = new Gate();
        await cluster.NewClient(isDebug: true).Loop.RunAsync(Inline.Do(async loop =>
        {
            _ = loop.CreateTask(
                Inline.Do(async child =>
                {
                    started.Open();
                    await child.WaitForeverAsync();
                }),
                new TaskOptions { Name = "forgotten child" });
            await loop.WaitAsync(started);
        }), TestContext.Current.CancellationToken).Soon();
        Assert.Contains("forgotten child", Assert.Single(log.Containing("was still running when its run")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [CPython("test_tasks.py::test_cancel_task_catching")]
    public async Task A_task_that_swallows_its_cancel_is_reported()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var (debug, plain) = (cluster.NewClient(isDebug: true).Loop, cluster.NewClient().Loop);
        Assert.Equal(0, await CancelAsync(debug, "swallows", (_, _) => { }));
        var (_, text, _) = Assert.Single(log.Containing("ended as if it were not"));
        Assert.Contains("swallows", text, StringComparison.Ordinal);
        Assert.Contains(nameof(InlineInt), text, StringComparison.Ordinal);

        // Who throws it on, says that it is meant, or does not ask for debug mode is left alone.
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => CancelAsync(debug, "throws it on", (_, e) => ExceptionDispatchInfo.Throw(e)));
        Assert.Equal(0, await CancelAsync(debug, "means it", (loop, _) => loop.CurrentTask!.Uncancel()));
        Assert.Equal(0, await CancelAsync(plain, "swallows without debug mode", (_, _) => { }));
        Assert.Single(log.Containing("ended as if it were not"));

        static async Task<int> CancelAsync(IClusterLoop loop, string name, Action<IClusterLoop, Exception> onCancel)
        {
            var started = new Gate();
            var task = loop.CreateTask(
                Inline.Int(async inner =>
                {
                    started.Open();
                    try
                    {
                        await inner.WaitForeverAsync();
                    }
                    catch (OperationCanceledException e)
                    {
                        onCancel(inner, e);
                    }
                    return 0;
                }),
                new TaskOptions { Name = name });
            await started.Opened.Soon();
            await task.CancelAsync();
            return await task.AsTask().Soon();
        }
    }

    [Fact]
    public async Task A_timeout_that_its_block_swallows_is_reported_of_the_task_that_did()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        await cluster.NewClient(isDebug: true).Loop.CreateTask(Inline.Do(loop => loop.TimeoutAsync(TimeSpan.FromSeconds(1), async scope =>
        {
            await scope.CreateTask(
                Inline.Do(async inner =>
                {
                    try
                    {
                        await inner.WaitForeverAsync();
                    }
                    catch (OperationCanceledException)
                    {
                        // as if nothing had happened
                    }
                }),
                new TaskOptions { Name = "swallows" });
            Assert.True(scope.IsExpired);
        }))).AsTask().Soon();
        Assert.Contains("swallows", Assert.Single(log.Containing("ended as if it were not")).Text, StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task CreateSlowAsync(IClusterLoop loop) => await loop.CreateTask(Slow(), new TaskOptions { Name = "slow one" });

    private static Coroutine<int> Slow() => Inline.Int(async loop =>
    {
        await loop.SleepAsync(TimeSpan.FromSeconds(1));
        // A real turn: on purpose it computes, and does not wait.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromMilliseconds(60);) Thread.SpinWait(1000);
        await loop.SleepAsync(TimeSpan.FromSeconds(1));
        return 1;
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop() => _ = new Dropped();
}

[GenerateSerializer, Immutable, Alias("oa.tests.careless")]
internal sealed record Careless : Coroutine<int>;

[GenerateSerializer, Immutable, Alias("oa.tests.dropped")]
internal sealed record Dropped : Coroutine;

internal sealed class CarelessBody : CoroutineBody<Careless, int>
{
    protected override async Task<int> RunAsync(Careless coroutine, IClusterLoop loop)
    {
        _ = new Careless();
        return await loop.CreateTask(Inline.Int(1));
    }
}

internal sealed class DroppedBody : CoroutineBody<Dropped>
{
    protected override Task RunAsync(Dropped coroutine, IClusterLoop loop) => Task.CompletedTask;
}
