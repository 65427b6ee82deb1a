using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>What a loop answers to the messages of the protocol, one rule at a time.</summary>
public sealed class EventLoopTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new(loops: 1, new EventLoopOptions { MaxLiveTasksPerClient = 3 }) { ClockRuns = false };

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_restarted_owner_cancels_what_its_lost_attempt_left()
    {
        var sender = await OpenAsync();
        var (started, cleaned) = (new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1.5", Sleeper(started, cleaned)));
        await started.Opened.Soon();
        await sender.SubmitAsync((2, "c1.5~1", Inline.Int(7)));
        await cleaned.Opened.Soon();
        var outcomes = await sender.NextAsync();
        if (outcomes.Length < 2) outcomes = outcomes.AddRange(await sender.NextAsync());
        Assert.Equal([(1, OutcomeKind.Canceled), (2, OutcomeKind.Succeeded)], outcomes.OrderBy(o => o.Serial).Select(o => (o.Serial, o.Kind)));
    }

    [Theory]
    [InlineData("c1.5")]
    [InlineData("c1.5.9")]
    [InlineData("c1.5.9~2.3")]
    public async Task A_late_start_of_a_lost_attempt_or_below_it_never_runs(string owner)
    {
        var sender = await OpenAsync();
        var ran = new Gate();
        await sender.SubmitAsync((1, "c1.5~1", Inline.Int(7)));
        await sender.NextAsync();
        await sender.SubmitAsync((2, owner, Inline.Do(_ =>
        {
            ran.Open();
            return Task.CompletedTask;
        })));
        Assert.Equal([(2, OutcomeKind.Canceled)], (await sender.NextAsync()).Select(o => (o.Serial, o.Kind)));
        Assert.False(ran.IsOpen);
    }

    [Fact]
    public async Task What_is_below_the_newest_attempt_runs()
    {
        var sender = await OpenAsync();
        await sender.SubmitAsync((1, "c1.5~2.9", Inline.Int(1)), (2, "c1.5~2", Inline.Int(2)), (3, "c1.55", Inline.Int(3)));
        Assert.All(await sender.NextAsync(), outcome => Assert.Equal(OutcomeKind.Succeeded, outcome.Kind));
    }

    [Fact]
    public async Task A_message_for_another_incarnation_is_refused()
    {
        var sender = await OpenAsync();
        sender.Incarnation = "the one before";
        var ran = new Gate();
        var reply = await sender.SendAsync(sender.Batch((1, "c1", Sleeper(ran, new Gate()))));
        Assert.Equal(ChannelStatus.WrongIncarnation, reply.Status);
        Assert.Equal(ChannelStatus.WrongIncarnation, (await sender.PollAsync()).Status);
        Assert.Equal(0, await _cluster["loop/0"].TurnAsync(loop => loop.LiveCount));
        Assert.False(ran.IsOpen);
    }

    [Fact]
    public async Task A_repeated_batch_does_nothing_even_after_its_outcome_was_acknowledged()
    {
        var sender = await OpenAsync();
        var runs = 0;
        var first = sender.Batch((1, "c1", Inline.Int(_ => Task.FromResult(Interlocked.Increment(ref runs)))));
        Assert.Equal(ChannelStatus.Ok, (await sender.SendAsync(first)).Status);
        Assert.Equal(ChannelStatus.Ok, (await sender.SendAsync(first)).Status);
        await sender.NextAsync();
        await sender.SubmitAsync((2, "c1", Inline.Int(2)));
        await sender.NextAsync();
        await sender.SendAsync(first);
        await sender.SubmitAsync((3, "c1", Inline.Int(3)));
        Assert.Equal([3L], (await sender.NextAsync()).Select(o => o.Serial));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_repeated_cancel_is_answered_as_the_first_was()
    {
        var sender = await OpenAsync();
        var (started, cleaned) = (new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1", Sleeper(started, cleaned)));
        await started.Opened.Soon();
        var cancels = sender.Cancels(1, 99);
        Assert.Equal([true, false], (await sender.SendAsync(cancels)).Requested);
        await sender.NextAsync();
        Assert.Equal([true, false], (await sender.SendAsync(cancels)).Requested);
    }

    [Fact]
    public async Task Outcomes_are_sent_again_unchanged_until_they_are_acknowledged()
    {
        var sender = await OpenAsync();
        await sender.SubmitAsync((1, "c1", Inline.Int(41)));
        var first = await sender.PollAsync().Soon();
        await sender.SubmitAsync((2, "c1", Inline.Int(42)));
        var again = await sender.PollAsync();
        Assert.Equal((first.Sequence, first.Payload), (again.Sequence, again.Payload));
        Assert.Equal([1L], again.Outcomes.Select(o => o.Serial));
        sender.Acknowledged = first.Sequence;
        var next = await sender.PollAsync().Soon();
        Assert.Equal([2L], next.Outcomes.Select(o => o.Serial));
        Assert.Equal(42, _cluster.Serializer.Deserialize<int>(next.Payload));
    }

    [Fact]
    public async Task A_poll_gives_way_to_a_newer_one()
    {
        var sender = await OpenAsync();
        var older = sender.PollAsync();
        var newer = sender.PollAsync();
        Assert.Equal(0, (await older.Soon()).Sequence);
        await sender.SubmitAsync((1, "c1", Inline.Int(1)));
        Assert.Equal([1L], (await newer.Soon()).Outcomes.Select(o => o.Serial));
    }

    [Fact]
    public async Task A_client_has_a_bounded_number_of_live_tasks_while_cancels_and_children_pass()
    {
        var sender = await OpenAsync();
        Gate[] cleaned = [new(), new(), new()];
        await sender.SubmitAsync([.. cleaned.Select((gate, i) => ((long)i + 1, "c1", Sleeper(new Gate(), gate)))]);
        var late = sender.Batch((4, "c1", Inline.Int(4)));
        Assert.Equal(ChannelStatus.WindowExceeded, (await sender.SendAsync(late)).Status);

        var children = new Sender(_cluster, "loop/0@x", isLoop: true);
        Assert.Null((await children.OpenAsync()).Window);
        await children.SubmitAsync([.. Enumerable.Range(1, 5).Select(i => ((long)i, "c1.1", (Coroutine)Inline.Int(i)))]);
        Assert.Equal(5, (await children.NextAsync()).Length);

        Assert.Equal([true], (await sender.SendAsync(late with { Starts = [], Cancels = [new TaskCancel(2, null)] })).Requested);
        Assert.Equal([2L], (await sender.NextAsync()).Select(o => o.Serial));
    }

    [Fact]
    public async Task One_task_more_than_the_loop_may_hold_fails_and_says_so()
    {
        _cluster.Options.MaxLiveTasks = 1;
        var sender = await OpenAsync();
        await sender.SubmitAsync((1, "c1", Sleeper(new Gate(), new Gate())), (2, "c1", Inline.Int(1)));
        var batch = await sender.PollAsync().Soon();
        Assert.Equal([(2, OutcomeKind.Failed)], batch.Outcomes.Select(o => (o.Serial, o.Kind)));
        var error = _cluster.Serializer.Deserialize<TaskFailure>(batch.Payload)!.ToException(_cluster.Serializer);
        Assert.Contains("MaxLiveTasks", Assert.IsType<EventLoopOverloadedException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_an_owner_cancels_everything_below_it_and_refuses_late_starts()
    {
        var sender = await OpenAsync();
        var (started, cleaned, other) = (new Gate(), new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1.7~1.2", Sleeper(started, cleaned)), (2, "c1.70", Sleeper(new Gate(), other)));
        await started.Opened.Soon();
        Assert.Equal(0, await _cluster["loop/0"].TurnAsync(loop => loop.CancelOwnedAsync(["c1.7"])).Soon());
        Assert.True(cleaned.IsOpen);
        await sender.NextAsync();
        await sender.SubmitAsync((3, "c1.7.9", Inline.Int(1)));
        Assert.Equal([(3, OutcomeKind.Canceled)], (await sender.NextAsync()).Select(o => (o.Serial, o.Kind)));
        Assert.False(other.IsOpen);
    }

    [Fact]
    public async Task Closing_an_owner_also_cancels_a_task_that_swallowed_an_earlier_cancel()
    {
        var sender = await OpenAsync();
        var (started, swallowed, cleaned) = (new Gate(), new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1.7", Inline.Do(async loop =>
        {
            try
            {
                started.Open();
                await loop.WaitForeverAsync();
            }
            catch (OperationCanceledException)
            {
                swallowed.Open();
            }
            await Cleaning(loop, cleaned);
        })));
        await started.Opened.Soon();
        await sender.SendAsync(sender.Cancels(1));
        await swallowed.Opened.Soon();
        Assert.Equal(0, await _cluster["loop/0"].TurnAsync(loop => loop.CancelOwnedAsync(["c1.7"])).Soon());
        Assert.True(cleaned.IsOpen);
    }

    [Fact]
    public async Task A_loop_that_stops_cleans_up_but_reports_its_tasks_as_lost_not_as_cancelled()
    {
        var sender = await OpenAsync();
        var (started, cleaned) = (new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1", Sleeper(started, cleaned)));
        await started.Opened.Soon();
        var poll = sender.PollAsync();
        await _cluster["loop/0"].TurnAsync(loop => loop.Stop());
        await cleaned.Opened.Soon();
        Assert.Equal(ChannelStatus.WrongIncarnation, (await poll.Soon()).Status);
        Assert.Equal(ChannelStatus.WrongIncarnation, (await sender.PollAsync()).Status);
        Assert.Equal(ChannelStatus.WrongIncarnation, (await sender.OpenAsync()).Status);
    }

    [Fact]
    public async Task An_exception_that_cannot_even_be_read_is_still_the_failure_of_its_task()
    {
        var sender = await OpenAsync();
        await sender.SubmitAsync((1, "c1", Inline.Do(_ => throw new Unreadable())));
        Assert.Equal([(1, OutcomeKind.Failed)], (await sender.NextAsync()).Select(o => (o.Serial, o.Kind)));
    }

    private static Coroutine Sleeper(Gate started, Gate cleaned) => Inline.Do(loop =>
    {
        started.Open();
        return Cleaning(loop, cleaned);
    });

    private static async Task Cleaning(IClusterLoop loop, Gate cleaned)
    {
        try
        {
            await loop.WaitForeverAsync();
        }
        finally
        {
            cleaned.Open();
        }
    }

    private async Task<Sender> OpenAsync()
    {
        var sender = new Sender(_cluster);
        await sender.OpenAsync();
        return sender;
    }

    private sealed class Unreadable : Exception
    {
        public override string Message => throw new InvalidOperationException("no message today");
    }
}
