using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>Sleeping on one loop, with time and turns in the test's hand.</summary>
public sealed class SleepTests
{
    [Fact]
    [CPython("test_tasks.py::test_task_cancel_sleeping_task")]
    public async Task A_cancel_ends_a_sleep_at_once()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var started = new Gate();
        var task = cluster.NewClient().Loop.CreateTask(Inline.Do(loop =>
        {
            started.Open();
            return loop.SleepAsync(TimeSpan.FromSeconds(5000));
        }));
        await started.Opened.Soon();
        cluster.ClockRuns = false;
        var before = cluster.Time.GetUtcNow();
        Assert.True(await task.CancelAsync().Soon());
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        Assert.InRange(cluster.Time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    [CPython("test_tasks.py::test_sleep_cancel")]
    public async Task Cancelled_sleeps_leave_no_timer_behind()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var timers = cluster["loop/0"].Children.Timers!;
        var loop = cluster.NewClient().Loop;
        var started = new CountdownEvent(2000);
        var tasks = Enumerable.Range(0, 2000).Select(_ => loop.CreateTask(Inline.Do(body =>
        {
            started.Signal();
            return body.SleepAsync(TimeSpan.FromDays(1));
        }))).ToArray();
        await Patience.Until(() => started.IsSet);
        Assert.Equal(2000, timers.Count);
        foreach (var task in tasks) _ = task.CancelAsync();
        foreach (var task in tasks) await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        // As asyncio, which also clears its heap only when a hundred and most of it are cancelled.
        Assert.InRange(timers.Count, 0, 100);
    }

    [Fact]
    [CPython("test_tasks.py::SleepTests.test_sleep_zero")]
    public async Task A_sleep_of_zero_lets_every_other_ready_task_run_once()
    {
        await using var cluster = new FakeCluster(loops: 1) { ClockRuns = false };
        var order = new List<string>();
        Coroutine Counting(string name) => Inline.Do(async loop =>
        {
            for (var i = 0; i < 3; i++)
            {
                order.Add($"{name}{i}");
                await loop.SleepAsync(TimeSpan.Zero);
            }
        });
        // In one message, so both become ready in one turn.
        var sender = new Sender(cluster);
        await sender.OpenAsync();
        await sender.SubmitAsync((1, "c1", Counting("a")), (2, "c1", Counting("b")));
        for (var ended = 0; ended < 2;) ended += (await sender.NextAsync()).Length;
        Assert.Equal(["a0", "b0", "a1", "b1", "a2", "b2"], order);
    }

    [Fact]
    [CPython("test_tasks.py::test_cancel_yield")]
    public async Task A_cancel_between_two_sleeps_of_zero_ends_the_first()
    {
        await using var cluster = new FakeCluster(loops: 0);
        var loop = new ClusterLoop(cluster.NewClient(), "c1", 1, 0);
        var (turns, reached) = (new Turns(), 0);
        Task body = null!;
        turns.Do(() => body = TwiceAsync());
        turns.Do(() => loop.Cancel("enough"));
        turns.RunAll();
        Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => body)).CancelMessage);
        Assert.Equal(0, reached);

        async Task TwiceAsync()
        {
            await loop.SleepAsync(TimeSpan.Zero);
            reached++;
            await loop.SleepAsync(TimeSpan.Zero);
        }
    }

    [Fact]
    [CPython("test_tasks.py::test_sleep_when_delay_is_nan")]
    public void A_delay_that_is_no_number_is_refused() =>
        Assert.Throws<ArgumentException>(() => _ = TimeSpan.FromSeconds(double.NaN));

    [Fact]
    public async Task A_clock_that_is_set_forward_wakes_nobody()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (loop, timers) = (cluster.NewClient().Loop, cluster["loop/0"].Children.Timers!);
        var task = loop.CreateTask(Inline.Int(body => body.TimeoutAsync(TimeSpan.FromHours(2), async scope => await scope.SleepAsync(TimeSpan.FromHours(1), 7))));
        var wait = loop.WaitAsync([task], TimeSpan.FromHours(2), cancellationToken: TestContext.Current.CancellationToken);
        await Patience.Until(() => timers.Count == 1);
        cluster.ClockRuns = false;
        cluster.Time.AdjustTime(cluster.Time.GetUtcNow().AddDays(1));
        // Whoever looks at the wall clock would find both the sleep and the timeouts over.
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, 1), (timers.Count, await cluster["loop/0"].TurnAsync(l => l.LiveCount)));
        Assert.False(wait.IsCompleted);
        cluster.Time.Advance(TimeSpan.FromHours(1));
        cluster.ClockRuns = true;
        Assert.Equal(7, await task.AsTask().Soon());
        Assert.Equal(task, Assert.Single((await wait.Soon()).Done));
    }

    [Fact]
    public async Task It_may_last_longer_than_the_systems_timers()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (loop, gate) = (cluster.NewClient().Loop, new Gate());
        // The time of a coroutine is its loop's; that of a client comes from the system's timers.
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            await body.WaitAsync(gate);
            return 1;
        }));
        var wait = loop.WaitAsync([task], TimeSpan.MaxValue, cancellationToken: TestContext.Current.CancellationToken);
        var sleep = loop.SleepAsync(TimeSpan.FromDays(100), 7);
        cluster.ClockRuns = false;
        cluster.Time.Advance(TimeSpan.FromDays(60));
        Assert.False(sleep.IsCompleted);
        await Patience.Until(() =>
        {
            cluster.Time.Advance(TimeSpan.FromDays(1));
            return sleep.IsCompleted;
        });
        Assert.Equal(7, await sleep);
        cluster.ClockRuns = true;
        gate.Open();
        Assert.Equal(task, Assert.Single((await wait.Soon()).Done));
    }
}
