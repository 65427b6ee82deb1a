using System.Collections.Concurrent;
using OrleansAsync.Coordination;

namespace OrleansAsync.Tests.Cluster.Coordination;

public sealed class LockTests(ClusterFixture cluster) : CoordinationTest(cluster)
{
    [Theory, AllForms]
    [CPython("test_locks.py::LockTests.test_acquire")]
    public Task Those_who_wait_get_it_in_the_order_of_asking(Form form) => RunAsync(form, async loop =>
    {
        var (theLock, order) = (Lock(form, loop), new ConcurrentQueue<string>());
        var lease = await theLock.AcquireAsync();
        Contender[] contenders = [await Contender.StartAsync(loop, theLock, order, "a"), await Contender.StartAsync(loop, theLock, order, "b"), await Contender.StartAsync(loop, theLock, order, "c")];
        Assert.Empty(order);
        foreach (var contender in contenders) contender.MayGoOn.Open();
        await lease.DisposeAsync();
        foreach (var contender in contenders) await contender.Task;
        Assert.Equal(["a1", "b1", "c1"], order);
        await ComesFreeAsync(theLock);
    });

    [Theory, AllForms]
    [CPython("test_locks.py::LockTests.test_acquire_cancel")]
    public Task A_cancelled_waiter_leaves_the_line(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        var lease = await theLock.AcquireAsync();
        var first = await Contender.StartAsync(loop, theLock);
        using var giveUp = new CancellationTokenSource();
        var second = theLock.AcquireAsync(giveUp.Token);
        var third = await Contender.StartAsync(loop, theLock);
        Assert.True(await first.Task.CancelAsync("enough"));
        Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => first.Task.AsTask())).CancelMessage);
        await giveUp.CancelAsync();
        await CanceledAsync(second);
        await lease.DisposeAsync();
        await third.Holds.Opened;
        Assert.False(first.Holds.IsOpen);
        third.MayGoOn.Open();
        await third.Task;
        await ComesFreeAsync(theLock);
    });

    [Theory, AllForms]
    [CPython("test_locks.py::LockTests.test_cancel_race")]
    public Task A_release_that_meets_the_cancel_of_the_first_passes_on_to_the_next(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        for (var i = 0; i < 20; i++)
        {
            var lease = await theLock.AcquireAsync();
            var (first, second) = (await Contender.StartAsync(loop, theLock), await Contender.StartAsync(loop, theLock));
            var canceling = first.Task.CancelAsync();
            await lease.DisposeAsync();
            await second.Holds.Opened;
            second.MayGoOn.Open();
            await second.Task;
            Assert.True(await canceling);
            await CanceledAsync(first.Task.AsTask());
            await ComesFreeAsync(theLock);
        }
    });

    [Theory, AllForms]
    [CPython("test_locks.py::LockTests.test_cancel_release_race")]
    public Task A_cancel_and_a_release_together_make_one_new_holder(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        await theLock.AcquireAsync();
        using var giveUp = new CancellationTokenSource();
        var (first, second, third) = (theLock.AcquireAsync(giveUp.Token), theLock.AcquireAsync(), theLock.AcquireAsync());
        await giveUp.CancelAsync();
        await theLock.ReleaseAsync();
        await CanceledAsync(first);
        var lease = await second;
        Assert.True(await theLock.LockedAsync());
        Assert.False(third.IsCompleted);
        await lease.DisposeAsync();
        await (await third).DisposeAsync();
        Assert.False(await theLock.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::LockTests.test_release_not_acquired")]
    public Task Releasing_what_is_not_held_is_an_error(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        await Assert.ThrowsAsync<InvalidOperationException>(theLock.ReleaseAsync);
        await theLock.AcquireAsync();
        await theLock.ReleaseAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(theLock.ReleaseAsync);
        Assert.False(await theLock.LockedAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::LockTests.test_context_manager")]
    public Task It_is_released_at_the_end_of_its_block_however_that_ends(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        await using (await theLock.AcquireAsync()) Assert.True(await theLock.LockedAsync());
        Assert.False(await theLock.LockedAsync());
        await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await using (await theLock.AcquireAsync()) throw new FormatException();
        });
        Assert.False(await theLock.LockedAsync());
    });

    [Theory, AllForms]
    public Task A_lease_that_was_released_releases_nobody_elses(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        var first = await theLock.AcquireAsync();
        await theLock.ReleaseAsync();
        await using var second = await theLock.AcquireAsync();
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.True(await theLock.LockedAsync());
        Assert.False(second.LeaseLost.IsCancellationRequested || first.LeaseLost.IsCancellationRequested);
    });

    [Theory, AllForms]
    public Task It_is_tried_without_waiting(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        await using (var lease = await theLock.TryAcquireAsync())
        {
            Assert.NotNull(lease);
            Assert.Null(await theLock.TryAcquireAsync());
        }
        await using var again = await theLock.TryAcquireAsync();
        Assert.NotNull(again);
    });

    [Theory, AllForms]
    public Task Fencing_numbers_rise(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        for (var (i, last) = (0, 0L); i < 5; i++)
        {
            await using var lease = await theLock.AcquireAsync();
            Assert.Equal(0, lease.Slot);
            Assert.True(lease.FencingNumber > last);
            last = lease.FencingNumber;
        }
    });

    [Theory, AllForms]
    public Task A_token_that_has_fired_before_takes_nothing(Form form) => RunAsync(form, async loop =>
    {
        var theLock = Lock(form, loop);
        await CanceledAsync(theLock.AcquireAsync(new CancellationToken(true)));
        Assert.False(await theLock.LockedAsync());
    });
}
