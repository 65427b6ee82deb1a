using OrleansAsync.Queues;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary>Putting and taking.</summary>
public sealed class QueueTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_nonblocking_get")]
    [CPython("test_queues.py::QueueBasicTests.test_order")]
    public Task The_first_in_is_the_first_out(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        foreach (var item in (int[])[1, 3, 2]) await queue.PutNowaitAsync(item);
        Assert.Equal((int[])[1, 3, 2], (int[])[await queue.GetNowaitAsync(), await queue.GetNowaitAsync(), await queue.GetNowaitAsync()]);
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::LifoQueueTests.test_order")]
    public Task Of_a_lifo_queue_the_last_in_is_the_first_out(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewLifoQueue<int>(form);
        await queue.PutManyAsync([1, 3, 2]);
        Assert.Equal([2, 3, 1], await queue.GetManyAsync(3));
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::PriorityQueueTests.test_order")]
    public Task Of_a_priority_queue_the_smallest_comes_out_first(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewPriorityQueue<int>(form);
        await queue.PutManyAsync([1, 3, 2, -1]);
        Assert.Equal([-1, 1, 2, 3], await queue.GetManyAsync(4));
    });

    [Theory, QueueForms]
    public Task Items_of_one_priority_come_in_their_order(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewPriorityQueue<(int Priority, string Name)>(form);
        await queue.PutManyAsync([(2, "b"), (1, "z"), (2, "a"), (1, "y")]);
        Assert.Equal(["z", "y", "b", "a"], (await queue.GetManyAsync(4)).Select(item => item.Name));
        var urgent = loop.NewPriorityQueue<Patient>(form);
        await urgent.PutManyAsync([new("flu", 9), new("heart", 0.5)]);
        Assert.Equal("heart", (await urgent.GetAsync()).Name);
    });

    [Fact]
    public async Task What_has_no_priority_is_refused()
    {
        Assert.Contains("IPrioritized", Assert.Throws<ArgumentException>(() => Client.LocalPriorityQueue<string>()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Client.PriorityQueue<(string, int)>());
        Assert.Throws<ArgumentException>(() => Client.LocalPriorityQueue<DayOfWeek>());
        await Assert.ThrowsAsync<ArgumentException>(() => Client.LocalPriorityQueue<double>().PutAsync(double.NaN));
    }

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueBasicTests.test_maxsize")]
    [CPython("test_queues.py::QueuePutTests.test_blocking_put_wait")]
    public Task A_full_queue_lets_one_putter_in_for_each_item_taken(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 2);
        await queue.PutAsync(1);
        await queue.PutAsync(2);
        Task[] puts = [queue.PutAsync(3), queue.PutAsync(4)];
        await queue.SettleAsync();
        Assert.DoesNotContain(puts, put => put.IsCompleted);
        Assert.Equal(1, await queue.GetAsync());
        await puts[0];
        Assert.Equal(2, await queue.CountAsync());
        Assert.False(puts[1].IsCompleted);
        Assert.Equal((int[])[2, 3], (int[])[await queue.GetAsync(), await queue.GetAsync()]);
        await puts[1];
        Assert.Equal(4, await queue.GetAsync());
    });

    [Theory, QueueForms]
    public Task A_size_of_zero_or_less_is_no_limit(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var maxSize in (int[])[0, -3])
        {
            var queue = loop.NewQueue<int>(form, maxSize);
            await queue.PutManyAsync(Enumerable.Range(0, 2500));
            Assert.Equal((0, 2500), (queue.MaxSize, await queue.CountAsync()));
        }
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_nonblocking_get_exception")]
    [CPython("test_queues.py::QueuePutTests.test_nonblocking_put_exception")]
    public Task Without_waiting_an_empty_or_full_queue_is_an_error(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 1);
        await Assert.ThrowsAsync<QueueEmptyException>(() => queue.GetNowaitAsync());
        Assert.Equal((false, 0), await queue.TryGetAsync());
        Assert.True(await queue.TryPutAsync(1));
        Assert.False(await queue.TryPutAsync(2));
        await Assert.ThrowsAsync<QueueFullException>(() => queue.PutNowaitAsync(2));
        Assert.True(await queue.TryGetAsync() is (true, 1));
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_blocking_get_wait")]
    public Task Takers_wait_in_line(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<string>(form);
        Task<string>[] gets = [queue.GetAsync(), queue.GetAsync()];
        await queue.SettleAsync();
        Assert.DoesNotContain(gets, get => get.IsCompleted);
        await queue.PutAsync("first");
        await queue.PutAsync("second");
        Assert.Equal(["first", "second"], await Task.WhenAll(gets));
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_get_with_putters")]
    [CPython("test_queues.py::QueueGetTests.test_get_with_waiting_putters")]
    public Task Items_of_waiting_putters_come_in_the_order_they_were_put(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 1);
        Task[] puts = [queue.PutAsync(1), queue.PutAsync(2), queue.PutAsync(3), queue.PutManyAsync([4, 5, 6])];
        for (var item = 1; item <= 6; item++) Assert.Equal(item, await queue.GetAsync());
        await Task.WhenAll(puts);
        // A batch that does not fit waits in line again with the rest, as a loop of puts would.
        puts = [queue.PutManyAsync([1, 2]), queue.PutAsync(3)];
        var items = new List<int>();
        while (items.Count < 3) items.Add(await queue.GetAsync());
        Assert.Equal([1, 2, 3], items.Order());
        Assert.True(items.IndexOf(1) < items.IndexOf(2));
        await Task.WhenAll(puts);
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueGetTests.test_why_are_getters_waiting")]
    [CPython("test_queues.py::QueuePutTests.test_why_are_putters_waiting")]
    public Task Nobody_is_forgotten_in_a_queue_of_one(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form, 1);
        var consumers = Enumerable.Range(0, 3).Select(_ => TakeAsync(20)).ToArray();
        var producers = Enumerable.Range(0, 3).Select(producer => PutAsync(Enumerable.Range(20 * producer, 20))).ToArray();
        await Task.WhenAll(producers);
        Assert.Equal(Enumerable.Range(0, 60), (await Task.WhenAll(consumers)).SelectMany(items => items).Order());

        async Task PutAsync(IEnumerable<int> items)
        {
            foreach (var item in items) await queue.PutAsync(item);
        }

        async Task<List<int>> TakeAsync(int count)
        {
            List<int> taken = [];
            while (taken.Count < count) taken.Add(await queue.GetAsync());
            return taken;
        }
    });

    [Theory, QueueForms]
    public Task Many_are_taken_at_once_but_no_more_than_there_are(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        var early = queue.GetManyAsync(10);
        await queue.SettleAsync();
        await queue.PutManyAsync([1, 2, 3]);
        Assert.Equal([1, 2, 3], await early);
        await queue.PutManyAsync([4, 5, 6]);
        Assert.Equal([4, 5], await queue.GetManyAsync(2));
        await queue.PutManyAsync([]);
        Assert.Equal(1, await queue.CountAsync());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queue.GetManyAsync(0));
        await Assert.ThrowsAsync<ArgumentNullException>(() => queue.PutManyAsync(null!));
    });

    [GenerateSerializer, Immutable, Alias("oa.tests.patient")]
    internal sealed record Patient([property: Id(0)] string Name, [property: Id(1)] double Priority) : IPrioritized;
}
