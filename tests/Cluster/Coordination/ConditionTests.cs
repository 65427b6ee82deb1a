using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Coordination;

public sealed class ConditionTests(ClusterFixture cluster) : CoordinationTest(cluster)
{
    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait")]
    public Task A_wait_gives_the_lock_up_and_has_it_again_when_it_returns(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        var first = await WaitingAsync(condition);
        Assert.False(await condition.LockedAsync());
        var second = await WaitingAsync(condition);
        await using (await condition.AcquireAsync()) await condition.NotifyAllAsync();
        // One at a time: the second gets the lock from the first.
        var lease = await first;
        Assert.True(await condition.LockedAsync());
        Assert.False(second.IsCompleted);
        await lease.DisposeAsync();
        await (await second).DisposeAsync();
        Assert.False(await condition.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait_unacquired")]
    [CPython("test_locks.py::ConditionTests.test_notify_unacquired")]
    [CPython("test_locks.py::ConditionTests.test_notify_all_unacquired")]
    public Task Without_the_lock_nobody_waits_or_notifies(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => condition.WaitAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => condition.NotifyAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => condition.NotifyAllAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => condition.WaitForAsync(() => false));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = condition.NotifyAsync(-1); });
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_notify")]
    [CPython("test_locks.py::ConditionTests.test_notify_all")]
    public Task As_many_are_woken_as_were_asked_for_in_the_order_of_waiting(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        var (woken, waits) = (new List<int>(), new List<Task>());
        for (var i = 0; i < 6; i++) waits.Add(WokenAsync(i, await WaitingAsync(condition)));
        await using (await condition.AcquireAsync()) await condition.NotifyAsync(0);
        await using (await condition.AcquireAsync()) Assert.Empty(woken);
        await using (await condition.AcquireAsync()) await condition.NotifyAsync();
        await waits[0];
        await using (await condition.AcquireAsync()) Assert.Equal([0], woken);
        await using (await condition.AcquireAsync()) await condition.NotifyAsync(2);
        await waits[2];
        await using (await condition.AcquireAsync()) Assert.Equal([0, 1, 2], woken);
        await using (await condition.AcquireAsync()) await condition.NotifyAsync(2048);
        await Task.WhenAll(waits);
        Assert.Equal([0, 1, 2, 3, 4, 5], woken);

        async Task WokenAsync(int number, Task<Lease> wait)
        {
            await using (await wait) woken.Add(number);
        }
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait_for")]
    public Task A_predicate_is_looked_at_again_each_time_it_is_notified(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        var (value, looks, started) = (0, 0, new Gate());
        var waiting = WaitAsync();
        await started.Opened;
        for (var i = 1; i <= 3; i++)
        {
            await using (await condition.AcquireAsync())
            {
                value = i;
                await condition.NotifyAsync();
            }
            // The lock goes to the one who was notified first.
            await using (await condition.AcquireAsync()) Assert.Equal(i + 1, looks);
        }
        await waiting;

        async Task WaitAsync()
        {
            await using (await condition.AcquireAsync())
            {
                await condition.WaitForAsync(() =>
                {
                    looks++;
                    started.Open();
                    return value == 3;
                });
            }
        }
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait_for_unacquired")]
    public Task A_predicate_that_holds_at_once_needs_no_lock(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        await condition.WaitForAsync(() => true);
        await condition.WaitForAsync(() => Task.FromResult(true));
        Assert.False(await condition.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait_cancel")]
    public Task A_cancelled_wait_has_the_lock_again(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        var lease = await condition.AcquireAsync();
        using var giveUp = new CancellationTokenSource();
        var wait = condition.WaitAsync(giveUp.Token);
        Assert.False(await condition.LockedAsync());
        await giveUp.CancelAsync();
        await CanceledAsync(wait);
        Assert.True(await condition.LockedAsync());
        await lease.DisposeAsync();
        Assert.False(await condition.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait_cancel_contested")]
    [CPython("test_locks.py::ConditionTests.test_cancelled_error_re_aquire")]
    public Task Cancels_while_the_lock_is_taken_again_are_one_and_come_out_with_their_message(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        var (started, caught, goesOn) = (new Gate(), new Gate(), new Gate());
        var task = loop.CreateTask(Inline.Text(async body =>
        {
            await using var its = await condition.AcquireAsync();
            var wait = condition.WaitAsync();
            await condition.LockedAsync();
            started.Open();
            var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => wait);
            var isHeld = await condition.LockedAsync();
            caught.Open();
            // No cancel is left over.
            await body.WaitAsync(goesOn);
            return $"{error.CancelMessage} {isHeld} {body.CurrentTask!.Cancelling}";
        }));
        await started.Opened;
        await using (await condition.AcquireAsync())
        {
            await condition.NotifyAsync();
            Assert.True(await task.CancelAsync("one"));
            Assert.True(await task.CancelAsync("two"));
            await condition.LockedAsync();
            Assert.False(caught.IsOpen);
        }
        await caught.Opened;
        goesOn.Open();
        var result = await task;
        Assert.Contains(result, (string[])["one True 2", "two True 2"]);
        await ComesFreeAsync(condition);
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_wait_cancel_after_notify")]
    [CPython("test_locks.py::ConditionTests.test_cancelled_wakeup")]
    public Task Who_is_cancelled_after_it_was_notified_passes_the_notification_on(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        using var giveUp = new CancellationTokenSource();
        var first = await WaitingAsync(condition, giveUp.Token);
        var second = await WaitingAsync(condition);
        var third = await WaitingAsync(condition);
        var lease = await condition.AcquireAsync();
        await condition.NotifyAsync();
        await giveUp.CancelAsync();
        await lease.DisposeAsync();
        await CanceledAsync(first);
        // It holds the lock, as a cancelled wait does, and nobody has its lease any more.
        await condition.ReleaseAsync();
        await (await second).DisposeAsync();
        await using (await condition.AcquireAsync())
        {
            Assert.False(third.IsCompleted);
            await condition.NotifyAsync();
        }
        await (await third).DisposeAsync();
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_timeout_in_block")]
    public Task A_timeout_of_a_wait_comes_with_the_lock_held(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        await using (await condition.AcquireAsync())
        {
            await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(token => condition.WaitAsync(token), Short));
            Assert.True(await condition.LockedAsync());
            await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Short, _ => condition.WaitAsync()));
            Assert.True(await condition.LockedAsync());
        }
        Assert.False(await condition.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::ConditionTests.test_explicit_lock")]
    public Task Several_conditions_share_a_lock_and_wake_only_their_own(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        var (full, empty) = (Condition(form, loop, theLock), Condition(form, loop, theLock));
        var (isFull, isEmpty) = (await WaitingAsync(full), await WaitingAsync(empty));
        await using (await theLock.AcquireAsync())
        {
            Assert.True(await full.LockedAsync() && await empty.LockedAsync());
            await empty.NotifyAllAsync();
        }
        await (await isEmpty).DisposeAsync();
        await using (await full.AcquireAsync()) Assert.False(isFull.IsCompleted);
        await using (await theLock.AcquireAsync()) await full.NotifyAsync();
        await (await isFull).DisposeAsync();
    });

    [Theory, AllForms]
    public Task A_lease_is_good_through_a_wait_and_cannot_be_released_during_one(Form form) => RunAsync(form, async loop =>
    {
        var condition = Condition(form, loop);
        var lease = await condition.AcquireAsync();
        var before = lease.FencingNumber;
        var (lost, wait) = (lease.LeaseLost, condition.WaitAsync());
        Assert.Equal(before, lease.FencingNumber);
        await Assert.ThrowsAsync<InvalidOperationException>(() => lease.DisposeAsync().AsTask());
        await using (await condition.AcquireAsync()) await condition.NotifyAsync();
        await wait;
        Assert.True(lease.FencingNumber > before + 1);
        Assert.Equal((lost, false), (lease.LeaseLost, lost.IsCancellationRequested));
        await lease.DisposeAsync();
        Assert.False(await condition.LockedAsync());
    });

    /// <summary>Takes the lock and begins to wait; what is returned ends with the wait.</summary>
    private static async Task<Task<Lease>> WaitingAsync(ICondition condition, CancellationToken cancellationToken = default)
    {
        var lease = await condition.AcquireAsync();
        var wait = condition.WaitAsync(cancellationToken);
        return ThenAsync();

        async Task<Lease> ThenAsync()
        {
            await wait;
            return lease;
        }
    }
}
