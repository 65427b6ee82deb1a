using System.Collections.Concurrent;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>A silo shuts down: its loops hand their tasks back, which is no loss.</summary>
public sealed class LeavingTests
{
    private static readonly TaskOptions NeverAgainAfterALoss = new() { MaxRestarts = 0 };
    private static readonly TaskOptions AtMostOnce = new() { OnLoss = OnLoss.Fail };

    [Fact]
    public async Task A_task_handed_back_runs_elsewhere_after_its_cleanup_and_counts_no_restart()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (started, cleaning, cleaned, runs) = (new Gate(), new Gate(), new Gate(), 0);
        var task = cluster.NewClient().Loop.CreateTask(
            Inline.Int(async loop =>
            {
                Interlocked.Increment(ref runs);
                if (loop.Attempt > 0) return loop.Attempt + (cleaned.IsOpen ? 0 : 100);
                try
                {
                    started.Open();
                    await loop.WaitForeverAsync();
                    return -1;
                }
                finally
                {
                    cleaning.Open();
                    await cleaned.Opened;
                }
            }),
            NeverAgainAfterALoss);
        await started.Opened.Soon();
        cluster.Start("loop/1");
        var leaving = LeaveAsync(cluster, "loop/0");
        await cleaning.Opened.Soon();
        Assert.Equal(1, runs);
        cleaned.Open();
        Assert.Equal(1, await task.AsTask().Soon());
        await leaving.Soon();
        Assert.Equal((1, 2), (task.Attempt, runs));
    }

    [Fact]
    public async Task A_task_that_may_run_only_once_ends_where_it_is()
    {
        await using var cluster = new FakeCluster(loops: 1, new EventLoopOptions { DrainTimeout = TimeSpan.FromHours(1) });
        var (started, gate) = (new Gate(), new Gate());
        var task = cluster.NewClient().Loop.CreateTask(Inline.Int(async loop =>
        {
            started.Open();
            await loop.WaitAsync(gate);
            return loop.Attempt;
        }), AtMostOnce);
        await started.Opened.Soon();
        cluster.Start("loop/1");
        cluster.ClockRuns = false;
        var leaving = LeaveAsync(cluster, "loop/0");
        await BegunAsync(cluster, "loop/0");
        Assert.False(leaving.IsCompleted);
        gate.Open();
        Assert.Equal(0, await task.AsTask().Soon());
        await leaving.Soon();
    }

    [Fact]
    public async Task A_task_that_may_run_only_once_and_takes_too_long_is_lost()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (started, cleaned, runs) = (new Gate(), new Gate(), 0);
        var task = cluster.NewClient().Loop.CreateTask(Inline.Do(async loop =>
        {
            runs++;
            try
            {
                started.Open();
                await loop.Await(token => Task.Delay(Timeout.Infinite, token));
            }
            finally
            {
                cleaned.Open();
            }
        }), AtMostOnce);
        await started.Opened.Soon();
        cluster.Start("loop/1");
        await LeaveAsync(cluster, "loop/0").Soon();
        var error = await Assert.ThrowsAsync<TaskLostException>(() => task.AsTask().Soon());
        Assert.Contains("DrainTimeout", error.Message, StringComparison.Ordinal);
        await cleaned.Opened.Soon();
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task What_is_submitted_to_a_leaving_loop_runs_elsewhere_as_if_for_the_first_time()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var loop = cluster.NewClient().Loop;
        var (started, cleaned) = (new Gate(), new Gate());
        var holder = loop.CreateTask(Holder(started, cleaned));
        await started.Opened.Soon();
        var leaving = LeaveAsync(cluster, "loop/0");
        ConcurrentQueue<int> attempts = [];
        var tasks = Enumerable.Range(0, 100).Select(i => loop.CreateTask(
            Inline.Int(body =>
            {
                attempts.Enqueue(body.Attempt);
                return Task.FromResult(i);
            }),
            AtMostOnce)).ToArray();
        cluster.Start("loop/1");
        Assert.Equal(Enumerable.Range(0, 100), await loop.GatherAsync(tasks).Soon());
        Assert.Equal(Enumerable.Repeat(0, 100), attempts);
        cleaned.Open();
        await leaving.Soon();
        await holder.AsTask().Soon();
    }

    [Fact]
    public async Task A_result_that_came_before_the_body_noticed_is_kept()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (started, gate, runs) = (new Gate(), new Gate(), 0);
        var task = cluster.NewClient().Loop.CreateTask(Inline.Int(async loop =>
        {
            runs++;
            started.Open();
            await gate.Opened;
            return loop.Attempt;
        }));
        await started.Opened.Soon();
        cluster.ClockRuns = false;
        var leaving = LeaveAsync(cluster, "loop/0");
        await BegunAsync(cluster, "loop/0");
        gate.Open();
        await leaving.Soon();
        Assert.Equal((0, 1), (await task.AsTask().Soon(), runs));
    }

    [Fact]
    public async Task A_task_its_owner_cancels_while_it_is_handed_back_is_cancelled()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (started, cleaning, cleaned, runs) = (new Gate(), new Gate(), new Gate(), 0);
        var task = cluster.NewClient().Loop.CreateTask(Inline.Do(async loop =>
        {
            runs++;
            try
            {
                started.Open();
                await loop.WaitForeverAsync();
            }
            finally
            {
                cleaning.Open();
                await cleaned.Opened;
            }
        }));
        await started.Opened.Soon();
        cluster.Start("loop/1");
        var leaving = LeaveAsync(cluster, "loop/0");
        await cleaning.Opened.Soon();
        Assert.True(await task.CancelAsync("enough").Soon());
        cleaned.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        await leaving.Soon();
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_rolling_restart_of_all_loops_loses_and_repeats_no_outcome()
    {
        await using var cluster = new FakeCluster(loops: 3);
        var loop = cluster.NewClient().Loop;
        var random = new Random(7);
        cluster.Network = () =>
        {
            lock (random) return new Fate(false, random.NextDouble() < 0.05, random.NextDouble() < 0.2, TimeSpan.FromMilliseconds(random.Next(0, 100)), TimeSpan.FromSeconds(random.Next(0, 5)));
        };
        var ended = new ConcurrentDictionary<string, int>();
        var tasks = Enumerable.Range(0, 500).Select(i => loop.CreateTask(
            Inline.Int(async body =>
            {
                await body.SleepAsync(TimeSpan.FromSeconds(i % 40));
                return i;
            }),
            NeverAgainAfterALoss)).ToArray();
        foreach (var task in tasks) task.Observe(new Counter(ended));
        for (var i = 0; i < 3; i++)
        {
            cluster.Start($"next/{i}");
            // With answers lost on the way a loop may wait in vain for the last acknowledgement; it must not be gone before it gave up.
            await LeaveAsync(cluster, $"loop/{i}").Soon();
        }
        Assert.Equal(Enumerable.Range(0, 500), await loop.GatherAsync(tasks).Soon());
        Assert.All(ended, count => Assert.Equal(1, count.Value));
    }

    [Fact]
    public async Task An_eager_task_of_a_task_that_stays_is_handed_back_to_it()
    {
        await using var cluster = new FakeCluster(loops: 1, new EventLoopOptions { DrainTimeout = TimeSpan.FromHours(1) });
        var (started, cleaned, runs) = (new Gate(), new Gate(), 0);
        var task = cluster.NewClient().Loop.CreateTask(
            Inline.Int(loop =>
            {
                var eager = loop.CreateTask(
                    Inline.Int(async child =>
                    {
                        if (Interlocked.Increment(ref runs) > 1) return child.Attempt;
                        try
                        {
                            started.Open();
                            await child.WaitForeverAsync();
                            return -1;
                        }
                        finally
                        {
                            cleaned.Open();
                        }
                    }),
                    new TaskOptions { Eager = true, MaxRestarts = 0 });
                return eager.AsTask();
            }),
            AtMostOnce);
        await started.Opened.Soon();
        cluster.Start("loop/1");
        await LeaveAsync(cluster, "loop/0").Soon();
        Assert.Equal((1, 2, true), (await task.AsTask().Soon(), runs, cleaned.IsOpen));
    }

    [Fact]
    public async Task A_loop_with_nothing_to_tell_leaves_at_once_and_opens_no_channel()
    {
        await using var cluster = new FakeCluster(loops: 1) { ClockRuns = false };
        var sender = new Sender(cluster);
        await sender.OpenAsync();
        await LeaveAsync(cluster, "loop/0").Soon();
        Assert.Equal(ChannelStatus.Leaving, (await new Sender(cluster, "c2").OpenAsync()).Status);
        Assert.Equal(ChannelStatus.Leaving, (await sender.PollAsync().Soon()).Status);
    }

    private static Coroutine Holder(Gate started, Gate cleaned) => Inline.Do(async loop =>
    {
        if (loop.Attempt > 0) return;
        try
        {
            started.Open();
            await loop.WaitForeverAsync();
        }
        finally
        {
            await cleaned.Opened;
        }
    });

    // Turns run in order. An outcome fetched before the loop leaves may not be acknowledged, and would be waited for on a stopped clock.
    private static Task BegunAsync(FakeCluster cluster, string key) => cluster[key].TurnAsync(_ => { });

    private static Task<bool> LeaveAsync(FakeCluster cluster, string key) => cluster[key].TurnAsync(async loop =>
    {
        await loop.LeaveAsync();
        return true;
    });

    private sealed class Counter(ConcurrentDictionary<string, int> counts) : ITaskObserver
    {
        public void OnEnded(OwnedTask task) => counts.AddOrUpdate(task.Id, 1, (_, before) => before + 1);
    }
}
