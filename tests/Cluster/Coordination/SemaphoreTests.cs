using System.Collections.Concurrent;
using OrleansAsync.Coordination;

namespace OrleansAsync.Tests.Cluster.Coordination;

public sealed class SemaphoreTests(ClusterFixture cluster) : CoordinationTest(cluster)
{
    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_fifo_order")]
    public Task Who_releases_and_acquires_again_goes_to_the_end_of_the_line(Form form) => RunAsync(form, async loop =>
    {
        var (semaphore, order) = (Semaphore(form, loop, 1), new ConcurrentQueue<string>());
        var lease = await semaphore.AcquireAsync();
        Contender[] contenders =
        [
            await Contender.StartAsync(loop, semaphore, order, "a", 2), await Contender.StartAsync(loop, semaphore, order, "b", 2), await Contender.StartAsync(loop, semaphore, order, "c", 2),
        ];
        foreach (var contender in contenders) contender.MayGoOn.Open();
        await lease.DisposeAsync();
        foreach (var contender in contenders) await contender.Task;
        // Of those who ask again, on different loops, the order is that in which they come.
        Assert.Equal(["a1", "b1", "c1"], order.Take(3));
        Assert.Equal(["a2", "b2", "c2"], order.Skip(3).Order());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_fifo_order_2")]
    public Task A_newcomer_passes_nobody_though_permits_come_free(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = Semaphore(form, loop, 1);
        var lease = await semaphore.AcquireAsync();
        var (first, second) = (semaphore.AcquireAsync(), semaphore.AcquireAsync());
        await lease.DisposeAsync();
        var (newcomer, tried) = (semaphore.AcquireAsync(), semaphore.TryAcquireAsync());
        lease = await first;
        Assert.Null(await tried);
        Assert.False(second.IsCompleted || newcomer.IsCompleted);
        await lease.DisposeAsync();
        lease = await second;
        Assert.False(newcomer.IsCompleted);
        await lease.DisposeAsync();
        await (await newcomer).DisposeAsync();
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_fifo_order_3")]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_cancel")]
    public Task A_cancelled_waiter_is_skipped_and_its_turn_is_not_lost(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = Semaphore(form, loop, 0);
        var first = await Contender.StartAsync(loop, semaphore);
        using var giveUp = new CancellationTokenSource();
        var second = semaphore.AcquireAsync(giveUp.Token);
        var third = await Contender.StartAsync(loop, semaphore);
        await first.Task.CancelAsync();
        await CanceledAsync(first.Task.AsTask());
        await giveUp.CancelAsync();
        await CanceledAsync(second);
        await semaphore.ReleaseAsync();
        await third.Holds.Opened;
        third.MayGoOn.Open();
        await third.Task;
        Assert.False(first.Holds.IsOpen);
        await semaphore.AcquireAsync();
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_fifo_order_4")]
    [CPython("test_locks.py::SemaphoreTests.test_acquire")]
    public Task Several_releases_at_once_wake_as_many_in_their_order(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = Semaphore(form, loop, 0);
        Task<Lease>[] waits = [semaphore.AcquireAsync(), semaphore.AcquireAsync(), semaphore.AcquireAsync(), semaphore.AcquireAsync()];
        await Task.WhenAll(semaphore.ReleaseAsync(), semaphore.ReleaseAsync(), semaphore.ReleaseAsync());
        var leases = await Task.WhenAll(waits.Take(3));
        Assert.Equal(leases, leases.OrderBy(lease => lease.FencingNumber));
        Assert.True(await semaphore.LockedAsync());
        Assert.False(waits[3].IsCompleted);
        await leases[1].DisposeAsync();
        leases[1] = await waits[3];
        // Every release has counted, by whichever way.
        foreach (var lease in leases) await lease.DisposeAsync();
        for (var i = 0; i < 3; i++) Assert.NotNull(await semaphore.TryAcquireAsync());
        Assert.Null(await semaphore.TryAcquireAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_hang")]
    public Task A_waiter_that_is_cancelled_just_as_it_is_woken_loses_no_permit(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = Semaphore(form, loop, 0);
        for (var i = 0; i < 50; i++)
        {
            using var giveUp = new CancellationTokenSource();
            var (first, second) = (semaphore.AcquireAsync(giveUp.Token), semaphore.AcquireAsync());
            var releasing = semaphore.ReleaseAsync();
            await giveUp.CancelAsync();
            await releasing;
            try
            {
                await (await first).DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                // as often as not
            }
            await second;
            Assert.True(await semaphore.LockedAsync());
        }
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_no_hang")]
    public Task A_waiter_cancelled_by_the_holder_takes_nothing(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = Semaphore(form, loop, 1);
        Contender waiting;
        await using (await semaphore.AcquireAsync())
        {
            waiting = await Contender.StartAsync(loop, semaphore);
            _ = waiting.Task.CancelAsync();
        }
        await CanceledAsync(waiting.Task.AsTask());
        await using (await semaphore.AcquireAsync()) Assert.True(await semaphore.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_initial_value_zero")]
    [CPython("test_locks.py::SemaphoreTests.test_semaphore_value")]
    [CPython("test_locks.py::SemaphoreTests.test_release_no_waiters")]
    public Task It_may_begin_with_no_permit_but_not_with_less(Form form) => RunAsync(form, async loop =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Semaphore(form, loop, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BoundedSemaphore(form, loop, -1));
        var semaphore = Semaphore(form, loop, 0);
        Assert.True(await semaphore.LockedAsync());
        // Who holds none adds one.
        await semaphore.ReleaseAsync();
        Assert.False(await semaphore.LockedAsync());
        await using (await semaphore.AcquireAsync()) Assert.True(await semaphore.LockedAsync());
        Assert.False(await semaphore.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_release_not_acquired")]
    public Task A_bounded_one_never_has_more(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = BoundedSemaphore(form, loop, 1);
        await Assert.ThrowsAsync<InvalidOperationException>(semaphore.ReleaseAsync);
        await semaphore.AcquireAsync();
        Assert.Null(await semaphore.TryAcquireAsync());
        await semaphore.ReleaseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(semaphore.ReleaseAsync);
        Assert.False(await semaphore.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::SemaphoreTests.test_context_manager")]
    public Task Holders_at_the_same_time_have_different_slots(Form form) => RunAsync(form, async loop =>
    {
        var semaphore = Semaphore(form, loop, 2);
        await using (var first = await semaphore.AcquireAsync())
        {
            Assert.False(await semaphore.LockedAsync());
            await using (var second = await semaphore.AcquireAsync())
            {
                Assert.True(await semaphore.LockedAsync());
                Assert.Equal([0, 1], new[] { first.Slot, second.Slot }.Order());
                Assert.True(second.FencingNumber > first.FencingNumber);
            }
            Assert.False(await semaphore.LockedAsync());
        }
    });
}
