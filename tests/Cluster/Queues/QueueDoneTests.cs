using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary><c>task_done</c>, <c>join</c>, streams and <c>shutdown</c>.</summary>
public sealed class QueueDoneTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, QueueForms]
    [CPython("test_queues.py::QueueJoinTests.test_task_done_underflow")]
    public Task More_done_than_taken_is_an_error(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync());
        await queue.PutManyAsync([1, 2]);
        await queue.GetManyAsync(2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync(3));
        await queue.TaskDoneAsync(2);
        await queue.JoinAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => queue.TaskDoneAsync(0));
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueJoinTests.test_task_done")]
    public Task Join_waits_until_all_are_done_not_merely_taken(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        await queue.PutManyAsync(Enumerable.Range(0, 100));
        var join = queue.JoinAsync();
        var items = new List<int>();
        for (var i = 0; i < 100; i++) items.Add(await queue.GetAsync());
        for (var i = 0; i < 99; i++) await queue.TaskDoneAsync();
        await queue.SettleAsync();
        Assert.False(join.IsCompleted);
        await queue.TaskDoneAsync();
        await join;
        Assert.Equal(Enumerable.Range(0, 100), items);
        // And again, with an item put after that.
        await queue.PutAsync(1);
        join = queue.JoinAsync();
        await queue.SettleAsync();
        Assert.False(join.IsCompleted);
        await queue.GetAsync();
        await queue.TaskDoneAsync();
        await join;
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueJoinTests.test_join_empty_queue")]
    public Task Join_of_an_untouched_queue_returns_at_once_each_time(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        await queue.JoinAsync();
        await queue.JoinAsync();
    });

    [Theory, QueueForms]
    public Task A_stream_ends_with_the_queue_and_each_item_is_done_when_the_next_is_asked_for(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        await queue.PutManyAsync(Enumerable.Range(0, 5));
        await queue.ShutdownAsync();
        var join = queue.JoinAsync();
        List<int> items = [];
        await foreach (var item in queue.GetAllAsync(prefetch: 2))
        {
            Assert.False(join.IsCompleted);
            items.Add(item);
        }
        await join;
        Assert.Equal(Enumerable.Range(0, 5), items);
    });

    [Theory, QueueForms]
    public Task What_a_stream_that_is_left_early_has_not_done_goes_back_in_front(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        await queue.PutManyAsync(Enumerable.Range(0, 5));
        await foreach (var item in queue.GetAllAsync(prefetch: 3))
        {
            if (item == 1) break;
        }
        Assert.Equal([1, 2, 3, 4], await queue.GetManyAsync(10));
        await queue.TaskDoneAsync(4);
        await queue.PutAsync(5);
        await foreach (var item in queue.GetAllAsync())
        {
            await queue.TaskDoneAsync();
            break;
        }
        await queue.JoinAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync());
    });

    [Theory, QueueForms]
    public Task Done_is_what_the_calling_task_has_taken(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var (queue, took) = (loop.NewQueue<int>(form), new Gate());
        await queue.PutManyAsync([1, 2]);
        // The older item is in the hands of another task, which fails: what the younger's taker reports is its own.
        using var stop = new CancellationTokenSource();
        await using var slow = queue.GetAllAsync(cancellationToken: stop.Token).GetAsyncEnumerator();
        var other = loop.CreateTask(Inline.Do(async _ =>
        {
            Assert.True(await slow.MoveNextAsync());
            took.Open();
        }));
        await other;
        Assert.Equal(2, await queue.GetAsync());
        await queue.TaskDoneAsync();
        await slow.DisposeAsync();
        Assert.Equal(1, await queue.GetAsync());
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueShutdownTests.test_shutdown_empty")]
    public Task Shut_down_empty_it_ends_all_waits(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<int>(form);
        var get = queue.GetAsync();
        await queue.ShutdownAsync();
        await Assert.ThrowsAsync<QueueShutDownException>(() => get);
        await AssertRefusesAsync(queue);
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.GetAsync());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.GetNowaitAsync());
        await queue.JoinAsync();
        await queue.ShutdownAsync();
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueShutdownTests.test_shutdown_nonempty")]
    public Task Shut_down_with_items_in_it_they_can_still_be_taken(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<string>(form, 1);
        await queue.PutAsync("data");
        var (join, put) = (queue.JoinAsync(), queue.PutAsync("blocked"));
        await queue.ShutdownAsync();
        await Assert.ThrowsAsync<QueueShutDownException>(() => put);
        Assert.Equal(1, await queue.CountAsync());
        await AssertRefusesAsync(queue);
        Assert.Equal("data", await queue.GetAsync());
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.GetAsync());
        Assert.False(join.IsCompleted);
        await queue.TaskDoneAsync();
        await join;
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueShutdownTests.test_shutdown_immediate")]
    public Task Shut_down_at_once_its_items_are_dropped_and_count_as_done(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<string>(form);
        await queue.PutAsync("data");
        var join = queue.JoinAsync();
        await queue.ShutdownAsync(immediate: true);
        await join;
        Assert.Equal(0, await queue.CountAsync());
        await AssertRefusesAsync(queue);
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.GetAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync());
    });

    [Theory, QueueForms]
    [CPython("test_queues.py::QueueShutdownTests.test_shutdown_immediate_with_unfinished")]
    public Task Shut_down_at_once_what_was_taken_is_still_to_be_done(QueueForm form, Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.NewQueue<string>(form);
        await queue.PutManyAsync(["data", "more"]);
        await queue.GetAsync();
        var join = queue.JoinAsync();
        await queue.ShutdownAsync(immediate: true);
        await queue.SettleAsync();
        Assert.False(join.IsCompleted);
        await queue.TaskDoneAsync();
        await join;
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync());
    });

    private static async Task AssertRefusesAsync<T>(IQueue<T> queue)
    {
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.PutAsync(default!));
        await Assert.ThrowsAsync<QueueShutDownException>(() => queue.PutNowaitAsync(default!));
    }
}
