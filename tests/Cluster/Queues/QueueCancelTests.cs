using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary>Puts and takes that are given up.</summary>
public sealed class QueueCancelTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_get_cancelled_race")]
    public Task A_cancelled_taker_takes_nothing(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 1);
        using var cancel = new CancellationTokenSource();
        var (first, second) = (queue.GetAsync(cancel.Token), queue.GetAsync());
        await queue.SettleAsync();
        var put = queue.PutAsync(1);
        await cancel.CancelAsync();
        await put;
        // If the item came first, the first has it.
        try
        {
            Assert.Equal(1, await first);
            await queue.PutAsync(2);
            Assert.Equal(2, await second);
        }
        catch (OperationCanceledException)
        {
            Assert.Equal(1, await second);
        }
        Assert.Equal(0, await queue.CountAsync());
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_blocking_get_timeout")]
    [CPython("test_queues.py::QueueGetTests.test_cancelled_getters_not_being_held_in_self_getters")]
    public Task A_taker_whose_time_is_over_leaves_the_line(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(1), _ => queue.GetAsync()));
        await queue.PutAsync(1);
        Assert.Equal(1, await queue.CountAsync());
        Assert.Equal(1, await queue.GetAsync());
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_get_cancel_drop_many_pending_readers")]
    public Task Of_many_takers_each_item_finds_one_though_another_is_cancelled(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        using var cancel = new CancellationTokenSource();
        Task<int>[] readers = [queue.GetAsync(cancel.Token), queue.GetAsync(), queue.GetAsync()];
        await queue.SettleAsync();
        await queue.PutAsync(1);
        await queue.PutAsync(2);
        await cancel.CancelAsync();
        List<int> taken = [];
        try
        {
            taken.Add(await readers[0]);
            await queue.PutAsync(3);
        }
        catch (OperationCanceledException)
        {
            // what it would have taken goes to another
        }
        foreach (var reader in readers[1..]) taken.Add(await reader);
        Assert.Equal(Enumerable.Range(1, taken.Count), taken.Order());
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueuePutTests.test_put_cancel_drop")]
    [CPython("test_queues.py::QueuePutTests.test_put_cancelled")]
    [CPython("test_queues.py::QueuePutTests.test_put_cancelled_race")]
    [CPython("test_queues.py::QueuePutTests.test_cancelled_puts_not_being_held_in_self_putters")]
    public Task A_cancelled_put_has_happened_or_not(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 1);
        await queue.PutAsync(1);
        using var cancel = new CancellationTokenSource();
        var (second, third) = (queue.PutAsync(2, cancel.Token), queue.PutAsync(3));
        await queue.SettleAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal((int[])[1, 3], (int[])[await queue.GetAsync(), await queue.GetAsync()]);
        await third;
        // One that races with room for it.
        await queue.PutAsync(4);
        using var late = new CancellationTokenSource();
        var (put, get) = (queue.PutAsync(5, late.Token), queue.GetAsync());
        await late.CancelAsync();
        Assert.Equal(4, await get);
        var isIn = true;
        try
        {
            await put;
        }
        catch (OperationCanceledException)
        {
            isIn = await queue.CountAsync() == 1;
        }
        Assert.Equal(isIn ? 1 : 0, await queue.CountAsync());
    });

    [Theory, QueueForms]
    public Task Of_a_cancelled_batch_the_first_are_in_and_none_twice(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 2);
        using var cancel = new CancellationTokenSource();
        var put = queue.PutManyAsync([1, 2, 3, 4, 5], cancel.Token);
        Assert.Equal(1, await queue.GetAsync());
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        var items = await queue.GetManyAsync(10);
        Assert.Equal(Enumerable.Range(2, items.Count), items);
        Assert.Equal(0, await queue.CountAsync());
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_get_cancelled")]
    public Task A_cancelled_task_leaves_the_line(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var (queue, waiting) = (loop.NewQueue<int>(form), new Gate());
        var task = loop.CreateTask(Inline.Int(async _ =>
        {
            var get = queue.GetAsync();
            waiting.Open();
            return await get;
        }));
        await waiting.Opened.Soon();
        Assert.True(await task.CancelAsync());
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        await queue.PutAsync(1);
        Assert.Equal(1, await queue.GetAsync());
    });
}
