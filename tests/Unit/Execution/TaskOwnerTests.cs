using System.Collections.Concurrent;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>The owner's side of the protocol, against loops that are lost, forget it, or do not answer.</summary>
public sealed class TaskOwnerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_lost_loop_ran_is_started_again_elsewhere_as_a_higher_attempt(bool sameKey)
    {
        await using var cluster = new FakeCluster(loops: 1);
        var started = new Gate();
        var task = cluster.NewClient().Loop.CreateTask(Inline.Int(async loop =>
        {
            started.Open();
            if (loop.Attempt == 0) await loop.WaitForeverAsync();
            return loop.Attempt;
        }));
        await started.Opened.Soon();
        Replace(cluster, sameKey);
        Assert.Equal(1, await task.AsTask().Soon());
        Assert.Equal(1, task.Attempt);
    }

    [Fact]
    public async Task A_task_that_may_not_run_twice_is_reported_as_lost()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var started = new Gate();
        var task = cluster.NewClient().Loop.CreateTask(Waiter(started), new TaskOptions { OnLoss = OnLoss.Fail });
        await started.Opened.Soon();
        Replace(cluster, sameKey: true);
        var error = await Assert.ThrowsAsync<TaskLostException>(() => task.AsTask().Soon());
        Assert.Contains(task.Id, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_is_not_restarted_more_often_than_its_limit()
    {
        await using var cluster = new FakeCluster(loops: 1);
        Gate[] started = [new(), new()];
        var task = cluster.NewClient().Loop.CreateTask(
            Inline.Do(loop =>
            {
                started[loop.Attempt].Open();
                return loop.WaitForeverAsync();
            }),
            new TaskOptions { MaxRestarts = 1 });
        foreach (var gate in started)
        {
            await gate.Opened.Soon();
            Replace(cluster, sameKey: true);
        }
        var error = await Assert.ThrowsAsync<TaskLostException>(() => task.AsTask().Soon());
        Assert.Contains("restarted 1 times, its MaxRestarts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_that_was_delivered_to_a_loop_which_is_then_lost_still_ends_the_task()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (started, cleaning) = (new Gate(), new Gate());
        var task = cluster.NewClient().Loop.CreateTask(Inline.Do(async loop =>
        {
            started.Open();
            try
            {
                await loop.WaitForeverAsync();
            }
            finally
            {
                cleaning.Open();
                await loop.WaitForeverAsync();
            }
        }));
        await started.Opened.Soon();
        Assert.True(await task.CancelAsync("enough").Soon());
        await cleaning.Opened.Soon();
        Replace(cluster, sameKey: false);
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        Assert.Equal("enough", error.CancelMessage);
    }

    [Fact]
    public async Task A_cancel_on_its_way_to_a_loop_that_is_lost_is_answered_and_ends_the_task()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var started = new Gate();
        var task = cluster.NewClient().Loop.CreateTask(Waiter(started));
        await started.Opened.Soon();
        await Patience.Until(() => task.State == TaskState.Running);
        var lost = new Gate();
        cluster.Network = () =>
        {
            lost.Open();
            return new Fate(LosesRequest: true, false, false, default, default);
        };
        var cancel = task.CancelAsync("enough");
        await lost.Opened.Soon();
        Replace(cluster, sameKey: false);
        cluster.Network = null;
        Assert.True(await cancel.Soon());
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
    }

    [Fact]
    public async Task What_a_lost_gateway_had_in_transit_is_repeated_at_once()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var owner = cluster.NewClient();
        var (started, gate, polled) = (new Gate(), new Gate(), new Gate());
        var task = owner.Loop.CreateTask(Inline.Int(async loop =>
        {
            started.Open();
            await loop.WaitAsync(gate);
            return 7;
        }));
        await started.Opened.Soon();
        // No time passes, so no timeout repeats anything.
        cluster.ClockRuns = false;
        cluster.Network = () =>
        {
            polled.Open();
            return new Fate(false, LosesAnswer: true, false, default, default);
        };
        // Whatever was sent before is given up: the outcome can only come by an answer that gets lost.
        owner.OnConnectionLost();
        await polled.Opened.Soon();
        gate.Open();
        await cluster[cluster.Keys[0]].TurnAsync(_ => { });
        Assert.False(task.IsCompleted);
        cluster.Network = null;
        owner.OnConnectionLost();
        cluster.ClockRuns = true;
        Assert.Equal(7, await task.AsTask().Soon());
    }

    [Fact]
    public async Task A_message_that_the_other_side_cannot_read_fails_its_tasks_rather_than_being_repeated_for_ever()
    {
        await using var cluster = new FakeCluster(loops: 1) { Unreadable = "oa.newer-message" };
        var task = cluster.NewClient().Loop.CreateTask(Inline.Int(1));
        var error = await Assert.ThrowsAsync<IncompatibleVersionException>(() => task.AsTask().Soon());
        Assert.Contains("oa.newer-message", error.Message, StringComparison.Ordinal);
        Assert.Contains(task.Id, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_beyond_the_window_wait_in_order_while_children_pass()
    {
        await using var cluster = new FakeCluster(loops: 1, new EventLoopOptions { MaxLiveTasksPerClient = 2 });
        var loop = cluster.NewClient().Loop;
        var (live, most, order) = (0, 0, new ConcurrentQueue<int>());
        var results = loop.GatherAsync(Enumerable.Range(0, 10).Select(i => Inline.Int(async body =>
        {
            order.Enqueue(i);
            most = Math.Max(most, ++live);
            // With the window full of parents, a child that had to wait for a place would never start.
            var result = await body.CreateTask(Inline.Int(i));
            live--;
            return result;
        })).ToArray());
        Assert.Equal(Enumerable.Range(0, 10), await results.Soon());
        Assert.Equal(2, most);
        Assert.Equal(Enumerable.Range(0, 10), order);
    }

    [Fact]
    public async Task A_task_that_waits_for_a_place_is_cancelled_without_ever_running()
    {
        await using var cluster = new FakeCluster(loops: 1, new EventLoopOptions { MaxLiveTasksPerClient = 1 });
        var loop = cluster.NewClient().Loop;
        var (started, ran) = (new Gate(), new Gate());
        var first = loop.CreateTask(Waiter(started));
        var second = loop.CreateTask(Waiter(ran));
        await started.Opened.Soon();
        Assert.True(await second.CancelAsync("no need").Soon());
        Assert.True(second.IsCanceled);
        Assert.True(await first.CancelAsync().Soon());
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => first.AsTask().Soon());
        Assert.Equal(1, await loop.CreateTask(Inline.Int(1)).AsTask().Soon());
        Assert.False(ran.IsOpen);
    }

    [Fact]
    public async Task Closing_the_owner_ends_its_tasks_and_whoever_waits_for_them()
    {
        await using var cluster = new FakeCluster(loops: 2);
        var owner = cluster.NewClient();
        var (started, cleaned) = (new Gate(), new Gate());
        var task = owner.Loop.CreateTask(Inline.Do(async loop =>
        {
            started.Open();
            try
            {
                await loop.WaitForeverAsync();
            }
            finally
            {
                cleaned.Open();
            }
        }));
        await started.Opened.Soon();
        cluster.ClockRuns = false;
        await owner.DisposeAsync();
        Assert.True(cleaned.IsOpen);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        Assert.Throws<ObjectDisposedException>(() => owner.Loop.CreateTask(Inline.Int(1)));
    }

    [Fact]
    public async Task Closing_a_run_does_not_wait_for_a_loop_that_is_lost()
    {
        await using var cluster = new FakeCluster(loops: 2);
        var owner = cluster.NewClient();
        // Known to be there when the call is made, lost before it is answered.
        var asked = new Gate();
        cluster.Network = () =>
        {
            asked.Open();
            return new Fate(LosesRequest: true, false, false, default, default);
        };
        var closing = owner.CancelOwnedAsync(["c1.1"], TestContext.Current.CancellationToken);
        await asked.Opened.Soon();
        cluster.Lose("loop/1");
        cluster.Network = null;
        await closing.Soon();
    }

    private static Coroutine Waiter(Gate started) => Inline.Do(loop =>
    {
        started.Open();
        return loop.WaitForeverAsync();
    });

    private static void Replace(FakeCluster cluster, bool sameKey)
    {
        if (!sameKey) cluster.Lose("loop/0");
        cluster.Start(sameKey ? "loop/0" : "loop/other");
    }
}
