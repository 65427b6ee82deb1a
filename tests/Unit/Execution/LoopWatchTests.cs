using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>What a loop shows to a watcher.</summary>
public sealed class LoopWatchTests : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly FakeCluster _cluster = new(loops: 1) { ClockRuns = false };

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Two_coroutines_that_let_each_other_run_take_turns()
    {
        var sender = await OpenAsync();
        await WatchAsync(new(Lease, null, 0, 0));
        await sender.SubmitAsync((1, "c1", Twice()), (2, "c1", Twice()));
        await EndAsync(sender, 2);
        var page = (await WatchAsync(new(Lease, 0, 100, 0))).Turns;
        Assert.Equal(
            ["1 c1.1 awaits sleep(0)", "2 c1.2 awaits sleep(0)", "3 c1.1 awaits sleep(0)", "4 c1.2 awaits sleep(0)", "5 c1.1 done", "6 c1.2 done"], Lines(page));
        Assert.All(page.Turns, turn => Assert.True(turn is { Coroutine: "oa.tests.action" } && turn.Name.StartsWith("Task-", StringComparison.Ordinal) && turn.Elapsed > TimeSpan.Zero, turn.ToString()));
        Assert.Equal((0, 0), (page.Overwritten, page.Untraced));
    }

    [Fact]
    public async Task A_turn_tells_what_the_task_awaits_at_its_end()
    {
        var sender = await OpenAsync();
        await WatchAsync(new(Lease, null, 0, 0));
        await sender.SubmitAsync((1, "c1", Inline.Do(async loop =>
        {
            var gate = loop.LocalLock();
            await using (await gate.AcquireAsync())
            {
                _ = loop.CreateTask(
                    Inline.Do(async _ => await (await gate.AcquireAsync()).DisposeAsync()), new TaskOptions { Placement = TaskPlacement.SameLoop, Name = "second" });
                await loop.SleepAsync(TimeSpan.Zero);
            }
            await loop.GatherAsync([Quick(loop), Quick(loop)]);
            await loop.TimeoutAsync(TimeSpan.FromSeconds(30), async scope => await scope.Await(_ => Task.Delay(1, CancellationToken.None)));
            throw new InvalidOperationException("spam");
        })));
        await EndAsync(sender, 1);
        var turns = (await WatchAsync(new(Lease, 0, 100, 0))).Turns.Turns;
        var own = turns.Where(turn => turn.Task == "c1.1").Select(turn => turn.Describe()).ToArray();
        Assert.Equal(["awaits sleep(0)", "awaits gather of 2", "awaits timeout 30.0 s and an operation"], own[..3]);
        Assert.Equal("failed", own[^1]);
        Assert.Equal(["awaits lock", "done"], turns.Where(turn => turn.Name == "second").Select(turn => turn.Describe()));
    }

    [Fact]
    public async Task A_task_that_begins_within_a_turn_of_another_interrupts_that_turn()
    {
        var sender = await OpenAsync();
        await WatchAsync(new(Lease, null, 0, 0));
        await sender.SubmitAsync((1, "c1", Inline.Do(async loop => await loop.CreateTask(Twice(), new TaskOptions { Eager = true }))));
        await EndAsync(sender, 1);
        Assert.Equal(
            [
                "1 c1.1 is interrupted by a task that runs within this turn", "2 c1.1.1 awaits sleep(0)", "3 c1.1 awaits task c1.1.1", "4 c1.1.1 awaits sleep(0)", "5 c1.1.1 done",
                "6 c1.1 done",
            ],
            Lines((await WatchAsync(new(Lease, 0, 100, 0))).Turns));
    }

    [Fact]
    public async Task Timers_are_listed_in_the_order_in_which_they_are_due()
    {
        var sender = await OpenAsync();
        var gate = new Gate();
        await sender.SubmitAsync(
            (1, "c1", Inline.Do(loop => loop.SleepAsync(TimeSpan.FromSeconds(90)))),
            (2, "c1", Inline.Do(loop => loop.TimeoutAsync(TimeSpan.FromSeconds(30), scope => scope.Await(gate.Opened.WaitAsync)))),
            (3, "c1", Inline.Do(loop => loop.SleepAsync(TimeSpan.FromSeconds(60)))));
        await SeeAsync(picture => picture.TimerCount == 3);
        _cluster.Time.Advance(TimeSpan.FromSeconds(10));
        var picture = await WatchAsync(new(TimeSpan.Zero, null, 0, 10));
        Assert.Equal(
            [("c1.2", AwaitKind.Timeout, 20), ("c1.3", AwaitKind.Sleep, 50), ("c1.1", AwaitKind.Sleep, 80)], picture.Timers.Select(timer => (timer.Task, timer.Kind, timer.Left.TotalSeconds)));
        Assert.Equal(["sleep 1 min 20 s", "timeout 20.0 s and an operation", "sleep 50.0 s"], picture.Waiting.Select(task => string.Join(" and ", task.Waits)));
        Assert.Equal((3, 0, 0), (picture.WaitingCount, picture.ReadyCount, picture.Ready.Length));
        // Of many, those that are due first.
        var few = await WatchAsync(new(TimeSpan.Zero, null, 0, 2));
        Assert.Equal(["c1.2", "c1.3"], few.Timers.Select(timer => timer.Task));
        Assert.Equal((3, 3, 2), (few.TimerCount, few.WaitingCount, few.Waiting.Length));
        gate.Open();
    }

    [Fact]
    public async Task The_ready_queue_holds_who_begins_and_whose_wait_is_over()
    {
        var sender = await OpenAsync();
        await sender.SubmitAsync((1, "c1", Inline.Do(loop => loop.SleepAsync(TimeSpan.FromSeconds(90)))));
        await SeeAsync(picture => picture.TimerCount == 1);
        var batch = sender.Batch((2, "c1", Twice()), (3, "c1", Twice()));
        // In one turn, so that nobody has had his.
        var picture = await _cluster["loop/0"].TurnAsync(loop =>
        {
            loop.Submit(batch);
            _cluster.Time.Advance(TimeSpan.FromSeconds(90));
            return loop.Watch(new(TimeSpan.Zero, null, 0, 10));
        });
        Assert.Equal([("c1.2", true), ("c1.3", true), ("c1.1", false)], picture.Ready.Select(task => (task.Id, task.IsNew)));
        Assert.Equal((3, 0), (picture.ReadyCount, picture.WaitingCount));
        await EndAsync(sender, 3);
    }

    [Fact]
    public async Task A_trace_ends_with_its_lease_and_nothing_of_it_is_kept()
    {
        var sender = await OpenAsync();
        Assert.False(await IsWatchedAsync(sender, 1));
        await WatchAsync(new(Lease, null, 0, 0));
        Assert.True(await IsWatchedAsync(sender, 2));
        _cluster.Time.Advance(Lease - TimeSpan.FromSeconds(1));
        await EndTraceAsync();
        var last = Assert.Single((await WatchAsync(new(TimeSpan.Zero, 0, 100, 0))).Turns.Turns).Number;

        _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        await EndTraceAsync();
        var after = (await WatchAsync(new(TimeSpan.Zero, 0, 100, 0))).Turns;
        Assert.Equal((0, last, last), (after.Turns.Length, after.Last, after.Before));
        Assert.False(await IsWatchedAsync(sender, 3));

        // One that begins later does not take the numbers of the first again.
        await WatchAsync(new(Lease, null, 0, 0));
        Assert.True(await IsWatchedAsync(sender, 4));
        var again = (await WatchAsync(new(Lease, last - 1, 100, 0))).Turns;
        Assert.Equal((last + 1, last), (Assert.Single(again.Turns).Number, again.Before));
    }

    [Fact]
    public async Task Tasks_that_began_before_are_counted_and_what_they_start_within_a_turn_is_not_taken_for_them()
    {
        var sender = await OpenAsync();
        var (gate, child) = (new Gate(), -1);
        await WatchAsync(new(Lease, null, 0, 0));
        await sender.SubmitAsync((1, "c1", Inline.Do(async loop =>
        {
            await loop.WaitAsync(gate);
            child = await loop.CreateTask(Watched(), new TaskOptions { Eager = true });
        })));
        await SeeAsync(picture => picture.WaitingCount == 1);
        _cluster.Time.Advance(Lease);
        await EndTraceAsync();
        await sender.SubmitAsync((2, "c1", Inline.Do(loop => loop.WaitForeverAsync())));
        await SeeAsync(picture => picture.WaitingCount == 2);
        // The first began when there was a trace, and is seen by the next, too.
        Assert.Equal(1, (await WatchAsync(new(TimeSpan.Zero, null, 0, 0))).Turns.Untraced);
        gate.Open();
        await EndAsync(sender, 1);
        Assert.Equal(0, child);
    }

    [Fact]
    public async Task More_turns_than_are_kept_are_counted()
    {
        var sender = await OpenAsync();
        await WatchAsync(new(Lease, null, 0, 0));
        const int Sleeps = TurnTrace.DefaultCapacity + 99;
        await sender.SubmitAsync((1, "c1", Inline.Do(async loop =>
        {
            for (var i = 0; i < Sleeps; i++) await loop.SleepAsync(TimeSpan.Zero);
        })));
        await EndAsync(sender, 1);
        var page = (await WatchAsync(new(Lease, 0, 1000, 0))).Turns;
        Assert.Equal((100, 101, 1000, true), (page.Overwritten, page.Turns[0].Number, page.Turns.Length, page.HasMore));
    }

    [Fact]
    public async Task A_task_in_debug_mode_is_seen_by_a_trace_that_begins_later()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var (started, gate) = (new Gate(), new Gate());
        var task = cluster.NewClient(isDebug: true).Loop.CreateTask(Inline.Do(async loop =>
        {
            started.Open();
            await loop.WaitAsync(gate);
        }));
        await started.Opened.Soon();
        var page = (await cluster["loop/0"].TurnAsync(loop => loop.Watch(new(Lease, null, 0, 0)))).Turns;
        Assert.Equal(0, page.Untraced);
        gate.Open();
        await task.AsTask().Soon();
        Assert.Equal([$"{page.Last + 1} {task.Id} done"], Lines((await cluster["loop/0"].TurnAsync(loop => loop.Watch(new(TimeSpan.Zero, page.Last, 10, 0)))).Turns));
    }

    private static Coroutine Twice() => Inline.Do(async loop =>
    {
        await loop.SleepAsync(TimeSpan.Zero);
        await loop.SleepAsync(TimeSpan.Zero);
    });

    private static ClusterTask<int> Quick(IClusterLoop loop) => loop.CreateTask(Inline.Int(1), new TaskOptions { Placement = TaskPlacement.SameLoop });

    private static Coroutine<int> Watched() => Inline.Int(_ => Task.FromResult(TurnWatch.IsRunning ? 1 : 0));

    private static IEnumerable<string> Lines(LoopTurnPage page) => page.Turns.Select(turn => $"{turn.Number} {turn.Task} {turn.Describe()}");

    private static async Task<bool> IsWatchedAsync(Sender sender, long serial)
    {
        var isWatched = false;
        await sender.SubmitAsync((serial, "c1", Inline.Do(_ =>
        {
            isWatched = TurnWatch.IsRunning;
            return Task.CompletedTask;
        })));
        await EndAsync(sender, 1);
        return isWatched;
    }

    private async Task<Sender> OpenAsync()
    {
        var sender = new Sender(_cluster, isLoop: true);
        await sender.OpenAsync();
        return sender;
    }

    private static async Task EndAsync(Sender sender, int tasks)
    {
        while (tasks > 0) tasks -= (await sender.NextAsync()).Length;
    }

    private Task<LoopPicture> WatchAsync(LoopWatch request) => _cluster["loop/0"].TurnAsync(loop => loop.Watch(request));

    private Task EndTraceAsync() => _cluster["loop/0"].TurnAsync(loop => loop.EndTrace());

    private Task SeeAsync(Func<LoopPicture, bool> isThere) => Patience.Until(async () => isThere(await WatchAsync(new(TimeSpan.Zero, null, 0, 10))));
}
