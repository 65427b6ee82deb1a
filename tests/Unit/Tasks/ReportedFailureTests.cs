using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>Failures that come when nobody waits any more go to the log.</summary>
public sealed class ReportedFailureTests
{
    [Fact]
    [CPython("test_runners.py::test_asyncio_run_reports_hanging_tasks_errors")]
    public async Task What_fails_in_its_cleanup_after_a_run_is_logged_and_not_thrown()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var started = new Gate();
        var result = await cluster.NewClient().Loop.RunAsync(Inline.Int(async main =>
        {
            _ = main.CreateTask(
                Inline.Do(async left =>
                {
                    started.Open();
                    try
                    {
                        await left.WaitForeverAsync();
                    }
                    catch (OperationCanceledException)
                    {
                        throw new InvalidOperationException("spam");
                    }
                }),
                new TaskOptions { Name = "left behind" });
            await main.WaitAsync(started);
            return 7;
        }), TestContext.Current.CancellationToken).Soon();
        Assert.Equal(7, result);
        var (level, text, error) = Assert.Single(log.Containing("failed in its cleanup"));
        Assert.Equal((LogLevel.Warning, "spam"), (level, Assert.IsType<InvalidOperationException>(error).Message));
        Assert.Contains("left behind", text, StringComparison.Ordinal);
        Assert.Contains(nameof(InlineAction), text, StringComparison.Ordinal);
    }

    [Fact]
    [CPython("test_tasks.py::test_shield_cancel_outer_exception")]
    public async Task A_shielded_task_that_fails_after_its_waiter_was_cancelled_is_logged_once()
    {
        var log = new LogLines();
        await using var cluster = new FakeCluster(logger: log);
        var loop = cluster.NewClient().Loop;
        var gate = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            await body.WaitAsync(gate);
            throw new InvalidOperationException("spam");
        }));
        var seen = loop.CreateTask(Inline.Int(async body =>
        {
            await body.WaitAsync(gate);
            return 1;
        }));
        foreach (var inner in (ClusterTask<int>[])[task, seen])
        {
            await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromSeconds(1), _ => loop.ShieldAsync(inner)).Soon());
        }
        Assert.Empty(log.Containing("Shielded"));
        gate.Open();
        await loop.WaitAsync([task, seen], cancellationToken: TestContext.Current.CancellationToken).Soon();
        await Patience.Until(() => log.Containing("Shielded").Length > 0);
        var (level, text, error) = Assert.Single(log.Containing("Shielded"));
        Assert.Equal((LogLevel.Error, "spam"), (level, error!.Message));
        Assert.Contains(task.Id, text, StringComparison.Ordinal);
    }
}
