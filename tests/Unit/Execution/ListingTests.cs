using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>What a loop tells of its tasks.</summary>
public sealed class ListingTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new(loops: 2) { ClockRuns = false };

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Pages_hold_each_task_that_lives_throughout_exactly_once_while_others_come_and_go()
    {
        var sender = await OpenAsync();
        // More than a loop keeps of ended ones, so that these leave its list between two pages.
        const int Tasks = 5000;
        await sender.SubmitAsync([.. Enumerable.Range(1, Tasks).Select(serial => ((long)serial, "c1", Forever()))]);
        await StartedAsync(Tasks);
        HashSet<string> seen = [];
        var next = 0L;
        for (var page = 0; ; page++)
        {
            var (tasks, cursor) = await ListAsync(next, 300);
            Assert.All(tasks, task => Assert.True(seen.Add(task.Id), $"{task.Id} comes twice"));
            if (cursor is null) break;
            next = cursor.Value;
            // Ended: those just listed, the one the cursor stands on among them, and some that were not reached. New: a few, behind all others.
            await CancelAsync(sender, Enumerable.Range((page * 300) + 1, 300).Concat(Enumerable.Range(Tasks - 99 - (page * 10), 10)));
            await sender.SubmitAsync((Tasks + 1 + page, "c1", Forever()));
        }
        Assert.All(Enumerable.Range(1, 4700), serial => Assert.Contains($"c1.{serial}", seen));
    }

    [Fact]
    public async Task A_task_that_has_not_started_is_pending_and_its_coroutine_is_known()
    {
        var sender = await OpenAsync();
        // In one turn, so that the loop has not come to it.
        var batch = sender.Batch((1, "c1.4", Inline.Int(1)));
        var task = await _cluster["loop/0"].TurnAsync(loop =>
        {
            loop.Submit(batch);
            return Assert.Single(loop.List(new TaskQuery(0, 10, 10)).Tasks);
        });
        Assert.Equal(("c1.4.1", "c1.4", "Task-1", "oa.tests.int", ClusterTaskState.Pending), (task.Id, task.Parent, task.Name, task.Coroutine, task.State));
        Assert.Equal(("loop/0", "loop", 0), (task.Loop, task.Silo, task.Attempt));
        Assert.Empty(task.Waits);
    }

    [Fact]
    public async Task Age_and_state_follow_the_clock_and_the_cancel()
    {
        var sender = await OpenAsync();
        var (started, gate) = (new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1", Inline.Do(async loop =>
        {
            started.Open();
            try
            {
                await loop.WaitForeverAsync();
            }
            finally
            {
                await gate.Opened;
            }
        })));
        await started.Opened.Soon();
        _cluster.Time.Advance(TimeSpan.FromSeconds(90));
        var running = Assert.Single((await ListAsync(0, 10)).Tasks);
        Assert.Equal((ClusterTaskState.Running, TimeSpan.FromSeconds(90)), (running.State, running.Age));
        Assert.Equal(AwaitKind.Sleep, Assert.Single(running.Waits).Kind);
        await sender.SendAsync(sender.Cancels(1));
        Assert.Equal(ClusterTaskState.Cancelling, Assert.Single((await ListAsync(0, 10)).Tasks).State);
        gate.Open();
        await sender.NextAsync();
        Assert.Empty((await ListAsync(0, 10)).Tasks);
    }

    [Fact]
    public async Task Only_a_task_and_those_below_it_are_listed_if_that_is_asked_for()
    {
        var sender = await OpenAsync();
        await sender.SubmitAsync((7, "c1", Forever()), (1, "c1.7", Forever()), (2, "c1.7.1", Forever()), (3, "c1", Forever()), (70, "c1", Forever()));
        var page = await _cluster["loop/0"].TurnAsync(loop => loop.List(new TaskQuery(0, 10, 10, "c1.7")));
        Assert.Equal(["c1.7", "c1.7.1", "c1.7.1.2"], page.Tasks.Select(task => task.Id));
        Assert.Equal(5, page.Live);
    }

    [Fact]
    public async Task A_cancel_by_id_counts_once_however_often_it_comes_and_returns_after_the_cleanup()
    {
        var sender = await OpenAsync();
        var (started, gate, seen) = (new Gate(), new Gate(), 0);
        await sender.SubmitAsync((1, "c1", Inline.Do(async loop =>
        {
            started.Open();
            try
            {
                await loop.WaitForeverAsync();
            }
            catch (ClusterTaskCanceledException e) when (e.CancelMessage == "enough")
            {
                await gate.Opened;
                seen = ((ClusterLoop)loop).Cancelling;
                throw;
            }
        })));
        await started.Opened.Soon();
        var request = new CancelById("c1.1", "enough", Guid.NewGuid(), TimeSpan.Zero);
        Assert.Equal(CancelByIdReply.NotHere, await CancelByIdAsync(request with { Id = "c1.2", Request = Guid.NewGuid() }));
        Assert.Equal(CancelByIdReply.NotHere, await CancelByIdAsync(request with { Id = "nonsense", Request = Guid.NewGuid() }));
        Assert.Equal(CancelByIdReply.Requested, await CancelByIdAsync(request));
        Assert.Equal(CancelByIdReply.Requested, await CancelByIdAsync(request));
        var ended = CancelByIdAsync(request with { Wait = TimeSpan.FromSeconds(5) });
        Assert.False(ended.IsCompleted);
        gate.Open();
        Assert.Equal(CancelByIdReply.Ended, await ended.Soon());
        Assert.Equal(1, seen);
        Assert.Equal(CancelByIdReply.Ended, await CancelByIdAsync(request));
    }

    [Fact]
    public async Task A_loop_that_does_not_answer_is_named_and_the_others_are_shown()
    {
        await using var cluster = new FakeCluster(loops: 2);
        var owner = cluster.NewClient();
        var started = 0;
        for (var i = 0; i < 4; i++)
        {
            _ = owner.Loop.CreateTask(Inline.Do(async loop =>
            {
                Interlocked.Increment(ref started);
                await loop.WaitForeverAsync();
            }));
        }
        await Patience.Until(() => started == 4);
        cluster.Silent = "loop/1";
        List<SilentLoop> silent = [];
        List<ClusterTaskInfo> tasks = [];
        await foreach (var task in owner.Loop.AllTasksAsync(onSilent: silent.Add, cancellationToken: TestContext.Current.CancellationToken)) tasks.Add(task);
        Assert.Equal(["loop/0", "loop/0"], tasks.Select(task => task.Loop));
        Assert.Equal("loop loop/1 of silo loop did not answer: no answer in time", Assert.Single(silent).ToString());
        Assert.Equal("loop/0", Assert.Single(await owner.Loop.GetLoopsAsync(_ => { }, TestContext.Current.CancellationToken)).Loop);
        cluster.Silent = null;
    }

    [Fact]
    public async Task A_loop_tells_how_many_tasks_it_has_and_had()
    {
        var sender = await OpenAsync();
        await sender.SubmitAsync((1, "c1", Inline.Int(1)), (2, "c1", Forever()));
        await sender.NextAsync();
        var info = await _cluster["loop/0"].TurnAsync(loop => loop.GetInfo());
        Assert.Equal(("loop/0", "loop", 1, 0, 2, false), (info.Loop, info.Silo, info.Live, info.Pending, info.Admitted, info.IsLeaving));
    }

    private static Coroutine Forever() => Inline.Do(loop => loop.WaitForeverAsync());

    private async Task<Sender> OpenAsync()
    {
        var sender = new Sender(_cluster, isLoop: true);
        await sender.OpenAsync();
        return sender;
    }

    private Task<CancelByIdReply> CancelByIdAsync(CancelById request) => _cluster["loop/0"].TurnAsync(loop => loop.CancelByIdAsync(request));

    private async Task<(IReadOnlyList<ClusterTaskInfo> Tasks, long? Next)> ListAsync(long after, int limit)
    {
        var page = await _cluster["loop/0"].TurnAsync(loop => loop.List(new TaskQuery(after, limit, 10)));
        return (page.Tasks, page.Next);
    }

    private Task StartedAsync(int tasks) => Patience.Until(() => _cluster["loop/0"].TurnAsync(loop => loop.GetInfo()).Result is { Pending: 0 } info && info.Live == tasks);

    private static async Task CancelAsync(Sender sender, IEnumerable<int> serials)
    {
        long[] all = [.. serials.Distinct().Select(serial => (long)serial)];
        var reply = await sender.SendAsync(sender.Cancels(all));
        for (var left = reply.Requested.Count(requested => requested); left > 0;) left -= (await sender.NextAsync()).Length;
    }
}
