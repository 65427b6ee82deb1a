using OrleansAsync.Coordination;
using Request = OrleansAsync.Coordination.Request;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Requests that are asked again of the activation that took over: what they had done is not done twice.</summary>
public sealed class RepeatedRequestTests
{
    [Fact]
    public void A_release_that_was_stored_adds_no_second_permit()
    {
        var core = new SemaphoreCore(0, isBounded: false);
        core.LoadState(new SemaphoreState(1));
        Assert.Equal(AnswerKind.Ok, Ask(core, SemaphoreVerb.Release, isStored: true).Answer.Kind);
        Assert.Equal(1, Ask(core, SemaphoreVerb.CountFree).Answer.Value);
        Assert.Equal(AnswerKind.Ok, Ask(core, SemaphoreVerb.Release).Answer.Kind);
        Assert.Equal(2, Ask(core, SemaphoreVerb.CountFree).Answer.Value);
    }

    [Fact]
    public void What_was_set_or_cleared_is_not_set_or_cleared_over_what_came_after()
    {
        var core = new EventCore();
        core.LoadState(new EventState(false, 5));
        Assert.Equal(AnswerKind.Ok, Ask(core, EventVerb.Set, isStored: true).Answer.Kind);
        Assert.Equal(0, Ask(core, EventVerb.CountSet).Answer.Value);
        Ask(core, EventVerb.Set);
        Assert.Equal(AnswerKind.Ok, Ask(core, EventVerb.Clear, isStored: true).Answer.Kind);
        Assert.Equal(1, Ask(core, EventVerb.CountSet).Answer.Value);
    }

    [Fact]
    public void A_reset_or_abort_that_was_stored_sends_nobody_away_again()
    {
        var core = new BarrierCore(2);
        core.LoadState(BarrierState.New);
        var waiting = Ask(core, BarrierVerb.Wait);
        Assert.Equal(AnswerKind.Ok, Ask(core, BarrierVerb.Reset, isStored: true).Answer.Kind);
        Assert.Equal(AnswerKind.Ok, Ask(core, BarrierVerb.Abort, isStored: true).Answer.Kind);
        Assert.False(waiting.IsAnswered);
        Assert.Equal((AnswerKind.Ok, 1), (Ask(core, BarrierVerb.CountWaiting).Answer.Kind, Ask(core, BarrierVerb.CountWaiting).Answer.Value));
    }

    [Fact]
    public void A_holder_that_asks_again_to_wait_or_to_notify_is_understood_with_and_without_its_hold()
    {
        var core = new LockCore();
        var hold = new Request((int)LockVerb.Acquire);
        core.Restore(hold, new Answer(AnswerKind.Ok, 0, 9));
        var next = Ask(core, LockVerb.Acquire);
        // The wait may not have been applied: it gives up the hold, and comes behind whoever waits for the lock.
        var wait = new Request((int)LockVerb.Wait) { Target = hold, IsRestored = true };
        core.Apply(wait);
        Assert.Equal((false, true, false), (hold.IsHeld, next.IsHeld, wait.IsAnswered));
        core.Withdraw(next);
        Assert.Equal((true, AnswerKind.Ok), (wait.IsHeld, wait.Answer.Kind));
        var orphan = new Request((int)LockVerb.Wait) { IsRestored = true };
        core.Apply(orphan);
        core.Withdraw(wait);
        Assert.True(orphan.IsHeld);
        var notify = new Request((int)LockVerb.Notify, 1) { IsRestored = true };
        core.Apply(notify);
        Assert.Equal(AnswerKind.Ok, notify.Answer.Kind);
    }

    private static Request Ask(PrimitiveCore core, Enum verb, bool isStored = false)
    {
        var request = new Request(Convert.ToInt32(verb, null)) { IsStored = isStored, IsRestored = isStored, Arrival = 10 };
        core.Apply(request);
        return request;
    }
}
