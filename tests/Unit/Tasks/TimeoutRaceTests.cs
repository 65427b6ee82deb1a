using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>A result and the end of the time for it, at the same moment.</summary>
public sealed class TimeoutRaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [CPython("test_waitfor.py::test_wait_for_race_condition")]
    public Task A_result_that_comes_with_the_timeout_wins(bool timeoutFirst) => RaceAsync(timeoutFirst, async (loop, task) =>
        Assert.Equal(7, await loop.WaitForAsync(task, Limit)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [CPython("test_tasks.py::test_wait_concurrent_complete")]
    public Task A_task_that_ends_with_the_timeout_is_done(bool timeoutFirst) => RaceAsync(timeoutFirst, async (loop, task) =>
    {
        var (done, pending) = await loop.WaitAsync([task], Limit, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((task, 0), (Assert.Single(done), pending.Count));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [CPython("test_tasks.py::test_cancel_gather_1")]
    public async Task A_gather_whose_tasks_have_all_ended_is_not_cancelled(bool cancelFirst)
    {
        await using var cluster = new FakeCluster(loops: 1);
        using var source = new CancellationTokenSource();
        var (loop, gate) = (cluster.NewClient().Loop, new Gate());
        var task = loop.CreateTask(Waiting(gate, new Gate()));
        var cancel = new AtTheEnd(source.Cancel);
        if (cancelFirst) task.Observe(cancel);
        var gather = loop.GatherAsync([task], source.Token);
        if (!cancelFirst) task.Observe(cancel);
        gate.Open();
        var results = await gather.Soon();
        Assert.Equal([7], results);
        Assert.True(source.IsCancellationRequested);
    }

    [Fact]
    [CPython("test_tasks.py::test_wait_really_done")]
    public async Task What_ended_together_is_done_together()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var loop = cluster.NewClient().Loop;
        Gate[] gates = [new(), new()];
        Gate[] started = [new(), new()];
        ClusterTask<int>[] tasks = [loop.CreateTask(Waiting(gates[0], started[0])), loop.CreateTask(Waiting(gates[1], started[1]))];
        foreach (var each in started) await each.Opened.Soon();
        // The second ends before the waiter is told of the first.
        tasks[0].Observe(new AtTheEnd(() => tasks[1].Succeed()));
        var wait = loop.WaitAsync(tasks, returnWhen: ReturnWhen.FirstCompleted, cancellationToken: TestContext.Current.CancellationToken);
        gates[0].Open();
        var (done, pending) = await wait.Soon();
        Assert.Equal(tasks.ToHashSet(), done);
        Assert.Empty(pending);
    }

    [Fact]
    public async Task Waiting_again_and_again_for_a_task_leaves_nothing_on_it()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (loop, gate, started) = (cluster.NewClient().Loop, new Gate(), new Gate());
        var task = loop.CreateTask(Waiting(gate, started));
        await started.Opened.Soon();
        var observers = typeof(OwnedTask).GetField("_observers", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!;
        var (_, pending) = await loop.WaitAsync([task], TimeSpan.FromMilliseconds(1), cancellationToken: TestContext.Current.CancellationToken).Soon();
        Assert.Same(task, Assert.Single(pending));
        Assert.Null(observers.GetValue(task));
        gate.Open();
        Assert.Equal(7, await task.AsTask().Soon());
    }

    private static async Task RaceAsync(bool timeoutFirst, Func<IClusterLoop, ClusterTask<int>, Task> wait)
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (loop, gate, started) = (cluster.NewClient().Loop, new Gate(), new Gate());
        var task = loop.CreateTask(Waiting(gate, started));
        await started.Opened.Soon();
        cluster.ClockRuns = false;
        // The time is over when the task has ended, just before or just after the waiter is told.
        var timeout = new AtTheEnd(() => cluster.Time.Advance(Limit));
        if (timeoutFirst) task.Observe(timeout);
        var waiting = wait(loop, task);
        if (!timeoutFirst) task.Observe(timeout);
        gate.Open();
        await waiting.Soon();
    }

    private static Coroutine<int> Waiting(Gate gate, Gate started) => Inline.Int(async loop =>
    {
        started.Open();
        await loop.WaitAsync(gate);
        return 7;
    });

    private sealed class AtTheEnd(Action action) : ITaskObserver
    {
        public void OnEnded(OwnedTask task) => action();
    }
}
