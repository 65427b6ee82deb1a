using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>What is logged about tasks that nobody cares for.</summary>
public sealed class ReportTests
{
    private const string NeverRetrieved = "never retrieved";

    [Fact]
    [CPython("test_futures.py::test_tb_logger_exception_unretrieved")]
    public async Task A_failure_that_nobody_has_looked_at_is_logged_once_when_its_handle_is_gone()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        await FailAndForgetAsync(cluster.NewClient().Loop, "forgotten");
        while (log.Containing(NeverRetrieved).Length == 0) await CollectAsync();
        var (level, text, error) = Assert.Single(log.Containing(NeverRetrieved));
        Assert.Equal((LogLevel.Error, "forgotten"), (level, error!.Message));
        Assert.Contains("fails on purpose", text, StringComparison.Ordinal);
    }

    [Fact]
    [CPython("test_futures.py::test_tb_logger_exception_result_retrieved")]
    [CPython("test_tasks.py::test_tb_logger_not_called_after_cancel")]
    [CPython("test_tasks.py::GatherTestsBase.test_exception_marking")]
    public async Task Nothing_is_logged_when_it_was_awaited_read_gathered_or_cancelled()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var loop = cluster.NewClient().Loop;
        await LookAtFailuresAsync(loop);
        // Whatever would have been logged for those is logged before this one.
        await FailAndForgetAsync(loop, "forgotten");
        while (log.Containing(NeverRetrieved).Length == 0) await CollectAsync();
        for (var i = 0; i < 3; i++) await CollectAsync();
        Assert.Equal("forgotten", Assert.Single(log.Containing(NeverRetrieved)).Error!.Message);
    }

    [Fact]
    [CPython("test_tasks.py::test_log_destroyed_pending_task")]
    public async Task An_owner_that_closes_with_tasks_running_names_them()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var owner = cluster.NewClient();
        var started = new Gate();
        var task = owner.Loop.CreateTask(
            Inline.Do(async loop =>
            {
                started.Open();
                await loop.WaitForeverAsync();
            }),
            new TaskOptions { Name = "left alone" });
        await started.Opened.Soon();
        await owner.DisposeAsync().AsTask().Soon();
        var line = Assert.Single(log.Containing("is closed while 1 of its tasks"));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("left alone", line.Text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
    }

    // Not inlined, and ended when it returns: no local of a caller keeps the handle.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task FailAndForgetAsync(IClusterLoop loop, string message)
    {
        var tasks = new List<ClusterTask<int>> { loop.CreateTask(Failing(message), new TaskOptions { Name = "fails on purpose" }) };
        await loop.WaitAsync(tasks).Soon();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LookAtFailuresAsync(IClusterLoop loop)
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.CreateTask(Failing("awaited")).AsTask().Soon());
        ClusterTask<int>[] tasks = [.. Enumerable.Range(0, 5).Select(i => loop.CreateTask(Failing($"gathered {i}")))];
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.GatherAsync(tasks).Soon());
        await loop.WaitAsync(tasks).Soon();
        var read = loop.CreateTask(Failing("read"));
        await loop.WaitAsync([read]).Soon();
        Assert.Equal("read", read.Exception!.Message);
        var outcomes = await loop.GatherOutcomesAsync(Failing("an outcome")).Soon();
        Assert.False(outcomes[0].IsSuccess);
        var cancelled = loop.CreateTask(Inline.Int(async body =>
        {
            await body.WaitForeverAsync();
            return 0;
        }));
        await cancelled.CancelAsync().Soon();
        await loop.WaitAsync([cancelled]).Soon();
    }

    private static Coroutine<int> Failing(string message) => Inline.Int(_ => throw new InvalidOperationException(message));

    private static async Task CollectAsync()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await Task.Yield();
    }
}
