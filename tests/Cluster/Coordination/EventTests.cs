using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Coordination;

public sealed class EventTests(ClusterFixture cluster) : CoordinationTest(cluster)
{
    [Theory, AllForms]
    [CPython("test_locks.py::EventTests.test_wait")]
    public Task Set_wakes_all_who_wait_and_who_come_until_it_is_cleared(Form form) => RunAsync(form, async loop =>
    {
        var theEvent = Event(form, loop);
        Task[] waits = [theEvent.WaitAsync(), theEvent.WaitAsync(), theEvent.WaitAsync()];
        Assert.False(await theEvent.IsSetAsync());
        Assert.DoesNotContain(waits, wait => wait.IsCompleted);
        await theEvent.SetAsync();
        foreach (var wait in waits) await wait;
        await theEvent.WaitAsync();
        Assert.True(await theEvent.IsSetAsync());
        await theEvent.ClearAsync();
        Assert.False(await theEvent.IsSetAsync());
        var late = theEvent.WaitAsync();
        await theEvent.IsSetAsync();
        Assert.False(late.IsCompleted);
        await theEvent.SetAsync();
        await late;
    });

    [Theory, AllForms]
    [CPython("test_locks.py::EventTests.test_clear_with_waiters")]
    public Task Cleared_at_once_it_still_wakes_all_who_waited(Form form) => RunAsync(form, async loop =>
    {
        var theEvent = Event(form, loop);
        var (first, second) = (theEvent.WaitAsync(), theEvent.WaitAsync());
        await Task.WhenAll(theEvent.SetAsync(), theEvent.ClearAsync());
        Assert.False(await theEvent.IsSetAsync());
        await first;
        await second;
        await Task.WhenAll(theEvent.SetAsync(), theEvent.SetAsync());
        await theEvent.WaitAsync();
    });

    [Theory, AllForms]
    [CPython("test_locks.py::EventTests.test_wait_on_set")]
    public Task A_set_event_keeps_nobody(Form form) => RunAsync(form, async loop =>
    {
        var theEvent = Event(form, loop);
        await theEvent.SetAsync();
        var wait = theEvent.WaitAsync();
        if (IsLocal(form)) Assert.True(wait.IsCompletedSuccessfully);
        await wait;
    });

    [Theory, AllForms]
    [CPython("test_locks.py::EventTests.test_wait_cancel")]
    public Task A_cancelled_waiter_leaves(Form form) => RunAsync(form, async loop =>
    {
        var theEvent = Event(form, loop);
        using var giveUp = new CancellationTokenSource();
        var (canceled, other, started) = (theEvent.WaitAsync(giveUp.Token), theEvent.WaitAsync(), new Gate());
        var task = loop.CreateTask(Inline.Do(async _ =>
        {
            var wait = theEvent.WaitAsync();
            await theEvent.IsSetAsync();
            started.Open();
            await wait;
        }));
        await started.Opened;
        await giveUp.CancelAsync();
        await CanceledAsync(canceled);
        Assert.True(await task.CancelAsync());
        await CanceledAsync(task.AsTask());
        Assert.False(other.IsCompleted);
        await theEvent.SetAsync();
        await other;
    });
}
