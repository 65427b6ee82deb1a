using OrleansAsync.Coordination;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Coordination;

public sealed class BarrierTests(ClusterFixture cluster) : CoordinationTest(cluster)
{
    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_barrier_parties")]
    public Task It_needs_at_least_one_party(Form form) => RunAsync(form, async loop =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Barrier(form, loop, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Barrier(form, loop, -2));
        var alone = Barrier(form, loop, 1);
        Assert.Equal((1, 0, 0), (alone.Parties, await alone.WaitAsync(), await alone.WaitAsync()));
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_filling_task_by_task")]
    public Task The_last_party_opens_it(Form form) => RunAsync(form, async loop =>
    {
        var barrier = Barrier(form, loop, 3);
        var first = barrier.WaitAsync();
        Assert.Equal(new BarrierStatus(1, false), await barrier.GetStatusAsync());
        var second = barrier.WaitAsync();
        Assert.Equal(new BarrierStatus(2, false), await barrier.GetStatusAsync());
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal((2, 1, 0), (await barrier.WaitAsync(), await second, await first));
        Assert.Equal(new BarrierStatus(0, false), await barrier.GetStatusAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_filling_tasks_wait_twice")]
    [CPython("test_locks.py::BarrierTests.test_filling_tasks_check_return_value")]
    public Task Tasks_meet_at_it_again_and_again_each_with_an_index_of_its_own(Form form) => RunAsync(form, async loop =>
    {
        const int Parties = 5;
        const int Rounds = 4;
        var barrier = Barrier(form, loop, Parties);
        int[] arrived = new int[Rounds];
        var indices = new int[Rounds, Parties];
        await loop.TaskGroupAsync(group =>
        {
            for (var i = 0; i < Parties; i++)
            {
                group.Start(Inline.Do(async _ =>
                {
                    for (var round = 0; round < Rounds; round++)
                    {
                        Interlocked.Increment(ref arrived[round]);
                        var index = await barrier.WaitAsync();
                        // Nobody goes on before all have come.
                        Assert.Equal(Parties, Volatile.Read(ref arrived[round]));
                        Interlocked.Increment(ref indices[round, index]);
                    }
                }));
            }
        });
        Assert.All(indices.Cast<int>(), count => Assert.Equal(1, count));
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_filling_tasks_cancel_one")]
    public Task A_cancelled_waiter_counts_no_more_and_breaks_nothing(Form form) => RunAsync(form, async loop =>
    {
        var (barrier, started) = (Barrier(form, loop, 4), new Gate());
        using var giveUp = new CancellationTokenSource();
        var (first, canceled) = (barrier.WaitAsync(), barrier.WaitAsync(giveUp.Token));
        await giveUp.CancelAsync();
        await CanceledAsync(canceled);
        var task = loop.CreateTask(Inline.Do(async _ =>
        {
            var wait = barrier.WaitAsync();
            await barrier.GetStatusAsync();
            started.Open();
            await wait;
        }));
        await started.Opened;
        await task.CancelAsync();
        await CanceledAsync(task.AsTask());
        // What gives a call up is on its way when its caller goes on.
        while (await barrier.GetStatusAsync() != new BarrierStatus(1, false)) await loop.SleepAsync(TimeSpan.FromMilliseconds(1));
        var (second, third, fourth) = (barrier.WaitAsync(), barrier.WaitAsync(), barrier.WaitAsync());
        Assert.Equal((0, 1, 2, 3), (await first, await second, await third, await fourth));
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_blocking_tasks_while_draining")]
    public Task Who_comes_when_it_opens_is_of_the_next_generation(Form form) => RunAsync(form, async loop =>
    {
        var barrier = Barrier(form, loop, 2);
        Task<int>[] waits = [.. Enumerable.Range(0, 5).Select(_ => barrier.WaitAsync())];
        var all = await Task.WhenAll(waits.Take(4));
        Assert.Equal([0, 1, 0, 1], all);
        Assert.Equal(new BarrierStatus(1, false), await barrier.GetStatusAsync());
        Assert.False(waits[4].IsCompleted);
        Assert.Equal((1, 0), (await barrier.WaitAsync(), await waits[4]));
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_reset_barrier_while_tasks_waiting")]
    public Task A_reset_sends_away_who_waits_and_it_is_as_new(Form form) => RunAsync(form, async loop =>
    {
        var barrier = Barrier(form, loop, 3);
        var (first, second) = (barrier.WaitAsync(), barrier.WaitAsync());
        await barrier.ResetAsync();
        await Assert.ThrowsAsync<BrokenBarrierException>(() => first);
        await Assert.ThrowsAsync<BrokenBarrierException>(() => second);
        Assert.Equal(new BarrierStatus(0, false), await barrier.GetStatusAsync());
        var all = await Task.WhenAll(barrier.WaitAsync(), barrier.WaitAsync(), barrier.WaitAsync());
        Assert.Equal([0, 1, 2], all);
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_abort_barrier")]
    public Task Aborted_it_is_broken_for_who_waits_and_for_who_comes(Form form) => RunAsync(form, async loop =>
    {
        var barrier = Barrier(form, loop, 3);
        var first = barrier.WaitAsync();
        await barrier.AbortAsync();
        await Assert.ThrowsAsync<BrokenBarrierException>(() => first);
        await Assert.ThrowsAsync<BrokenBarrierException>(() => barrier.WaitAsync());
        Assert.Equal(new BarrierStatus(0, true), await barrier.GetStatusAsync());
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_abort_barrier_when_tasks_half_draining_half_blocking")]
    public Task An_abort_reaches_the_next_generation_and_not_the_one_that_has_passed(Form form) => RunAsync(form, async loop =>
    {
        var barrier = Barrier(form, loop, 2);
        Task<int>[] waits = [barrier.WaitAsync(), barrier.WaitAsync(), barrier.WaitAsync()];
        var aborting = barrier.AbortAsync();
        var all = await Task.WhenAll(waits.Take(2));
        Assert.Equal([0, 1], all);
        await Assert.ThrowsAsync<BrokenBarrierException>(() => waits[2]);
        await aborting;
    });

    [Theory, AllForms]
    [CPython("test_locks.py::BarrierTests.test_abort_barrier_when_exception_then_resetting")]
    public Task A_broken_one_is_usable_after_a_reset(Form form) => RunAsync(form, async loop =>
    {
        var barrier = Barrier(form, loop, 2);
        await barrier.AbortAsync();
        await Assert.ThrowsAsync<BrokenBarrierException>(() => barrier.WaitAsync());
        await barrier.ResetAsync();
        Assert.Equal(new BarrierStatus(0, false), await barrier.GetStatusAsync());
        var all = await Task.WhenAll(barrier.WaitAsync(), barrier.WaitAsync());
        Assert.Equal([0, 1], all);
    });
}
