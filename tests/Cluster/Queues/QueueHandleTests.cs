using OrleansAsync.Execution;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary>What only a queue of the cluster has: a name, a handle that travels, takers that are gone.</summary>
public sealed class QueueHandleTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task A_name_is_one_queue_for_all_silos_and_clients()
    {
        var name = NewName();
        var queue = Client.Queue<string>(name, maxSize: 10);
        Assert.Equal((name, 10), (queue.Name, queue.MaxSize));
        await Loop(0).Queue<string>(name, maxSize: 10).PutAsync("from silo 0").Soon();
        await RunAsync(Inline.Int(async loop =>
        {
            await loop.Queue<string>(name, maxSize: 10).PutAsync("from a task");
            return 0;
        }));
        Assert.Equal(["from silo 0", "from a task"], await Loop(1).Queue<string>(name, maxSize: 10).GetManyAsync(5).Soon());
        Assert.Equal($"queue '{name}'", queue.ToString());
    }

    [Fact]
    public async Task Whoever_means_something_else_by_a_name_is_refused()
    {
        var name = NewName();
        await Client.Queue<int>(name, maxSize: 10).PutAsync(1).Soon();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Loop(1).LifoQueue<int>(name).PutAsync(2).Soon());
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("a queue of 10", error.Message, StringComparison.Ordinal);
        Assert.Contains("a lifo queue of any size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_checked_before_anything_is_sent()
    {
        Assert.Throws<ArgumentNullException>(() => Client.Queue<int>(null!));
        foreach (var name in (string[])["", "a\nb", new string('x', 201)]) Assert.Throws<ArgumentException>(() => Client.Queue<int>(name));
        Assert.Throws<ArgumentException>(() => Client.Queue<int>(options: new QueueOptions { Durable = true }));
    }

    [Fact]
    public async Task A_handle_may_be_an_argument()
    {
        var (unnamed, named, priority) = (Client.Queue<int>(), Client.LifoQueue<int>(NewName()), Client.PriorityQueue<int>());
        await Client.CreateTask(new PutThree(unnamed, named, priority)).AsTask().Soon();
        Assert.Equal([2, 3, 1], await unnamed.GetManyAsync(5).Soon());
        Assert.Equal([1, 3, 2], await named.GetManyAsync(5).Soon());
        Assert.Equal([1, 2, 3], await priority.GetManyAsync(5).Soon());
    }

    [Fact]
    public async Task A_local_queue_is_no_argument()
    {
        var error = await Assert.ThrowsAsync<UnserializableException>(() => Client.CreateTask(new PutOne(Client.LocalQueue<int>())).AsTask().Soon());
        Assert.Contains("LocalQueue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handle_that_came_as_an_argument_is_used_in_coroutines()
    {
        var queue = Serializer.Deserialize<ClusterQueue<int>>(Serializer.SerializeToArray(Client.Queue<int>(NewName())))!;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => queue.PutAsync(1).Soon());
        Assert.Contains("argument", error.Message, StringComparison.Ordinal);
    }

    [Theory, BothOwners]
    public Task What_cannot_travel_is_refused_and_nothing_is_sent(Owner owner) => RunAsync(owner, async loop =>
    {
        var queue = loop.Queue<object>();
        var error = await Assert.ThrowsAsync<UnserializableException>(() => queue.PutManyAsync([1, new Unserializable()]));
        Assert.Contains(nameof(Unserializable), error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await queue.CountAsync());
    });

    [Fact]
    public async Task What_cannot_be_read_goes_back()
    {
        var name = NewName();
        await Client.Queue<string>(name).PutAsync("text").Soon();
        await Assert.ThrowsAsync<UnserializableException>(() => Loop(1).Queue<DateTime>(name).GetAsync().Soon());
        Assert.Equal("text", await Client.Queue<string>(name).GetAsync().Soon());
    }

    [Fact]
    public async Task A_task_that_fails_gives_back_what_it_has_not_done()
    {
        var queue = Client.Queue<int>(NewName());
        await queue.PutManyAsync([1, 2, 3]).Soon();
        var failing = Client.CreateTask(Inline.Int(async loop =>
        {
            var own = loop.Queue<int>(queue.Name!);
            await own.GetManyAsync(2);
            await own.TaskDoneAsync();
            throw new InvalidOperationException("no tea");
        }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing.AsTask().Soon());
        // It comes back to the front, but the failure may be heard of before the queue hears of it.
        Assert.Equal([2, 3], new[] { await queue.GetAsync().Soon(), await queue.GetAsync().Soon() }.Order());
        await queue.TaskDoneAsync(2).Soon();
        await queue.JoinAsync().Soon();
    }

    [Fact]
    public async Task A_task_that_ends_well_leaves_what_it_took_to_those_that_go_on_with_it()
    {
        var queue = Client.Queue<int>(NewName());
        await queue.PutManyAsync([1, 2]).Soon();
        var item = await RunAsync(Inline.Int(loop => loop.Queue<int>(queue.Name!).GetAsync()));
        Assert.Equal(1, item);
        Assert.Equal(2, await queue.GetAsync().Soon());
        Assert.Equal(0, await queue.CountAsync().Soon());
    }

    [Fact]
    public async Task A_queue_that_redelivers_nothing_forgets_what_was_taken()
    {
        var (name, options) = (NewName(), new QueueOptions { Redeliver = false });
        var queue = Client.Queue<int>(name, options: options);
        await queue.PutManyAsync([1, 2]).Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.CreateTask(Inline.Int(async loop =>
        {
            await loop.Queue<int>(name, options: options).GetAsync();
            throw new InvalidOperationException("no tea");
        })).AsTask().Soon());
        Assert.Equal([2], await queue.GetManyAsync(5).Soon());
        Assert.Equal(0, await queue.CountAsync().Soon());
        // What anybody took, anybody may report.
        await queue.TaskDoneAsync(2).Soon();
        await queue.JoinAsync().Soon();
    }

    [Fact]
    public async Task An_unnamed_queue_goes_with_the_task_that_made_it()
    {
        ClusterQueue<int>? queue = null;
        await RunAsync(Inline.Int(async loop =>
        {
            queue = loop.Queue<int>();
            await queue.PutAsync(1);
            return 0;
        }));
        var grain = Client.Grains.GetGrain<IQueueGrain>(queue!.Key);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await grain.GetInfoAsync() is not null) await Task.Delay(10, limit.Token);
        Assert.Null(queue.Name);
    }

    [Fact]
    public async Task A_deleted_queue_is_gone_with_its_items_and_its_waiters()
    {
        var queue = Client.Queue<int>(NewName(), maxSize: 1, new QueueOptions { Durable = true });
        await queue.PutAsync(1).Soon();
        var put = queue.PutAsync(2);
        await queue.SettleAsync().Soon();
        Assert.True(await Client.Grains.GetGrain<IQueueGrain>(queue.Key).DeleteAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => put.Soon());
        Assert.Equal(0, await Client.Queue<int>(queue.Name!, maxSize: 1, new QueueOptions { Durable = true }).CountAsync().Soon());
    }

    [Fact]
    public async Task Many_producers_and_consumers_on_all_silos_lose_nothing_and_double_nothing()
    {
        const int Producers = 4, Consumers = 4, Items = 300;
        var queue = Client.Queue<int>(maxSize: 20);
        var seen = new System.Collections.Concurrent.ConcurrentBag<int>();
        var consumers = Enumerable.Range(0, Consumers).Select(consumer => Client.CreateTask(Inline.Do(async _ =>
        {
            await foreach (var item in queue.GetAllAsync(prefetch: 1 + (consumer * 3))) seen.Add(item);
        }))).ToArray();
        var producers = Enumerable.Range(0, Producers).Select(producer => Client.CreateTask(Inline.Do(async _ =>
        {
            foreach (var batch in Enumerable.Range(producer * Items, Items).Chunk(7 + producer)) await queue.PutManyAsync(batch);
        }))).ToArray();
        await Task.WhenAll(producers.Select(producer => producer.AsTask())).Soon();
        await queue.JoinAsync().Soon();
        await queue.ShutdownAsync().Soon();
        await Task.WhenAll(consumers.Select(consumer => consumer.AsTask())).Soon();
        Assert.Equal(Enumerable.Range(0, Producers * Items), seen.Order());
    }

    internal static string NewName() => $"queue {Guid.NewGuid():N}";

    private sealed class Unserializable;
}

[GenerateSerializer, Immutable, Alias("oa.tests.put-three")]
internal sealed record PutThree(
    [property: Id(0)] ClusterQueue<int> First, [property: Id(1)] ClusterLifoQueue<int> Second, [property: Id(2)] ClusterPriorityQueue<int> Third) : Coroutine;

[GenerateSerializer, Immutable, Alias("oa.tests.put-one")]
internal sealed record PutOne([property: Id(0)] IQueue<int> Queue) : Coroutine;

internal sealed class PutThreeBody : CoroutineBody<PutThree>
{
    protected override async Task RunAsync(PutThree coroutine, IClusterLoop loop)
    {
        foreach (var queue in (IQueue<int>[])[coroutine.First, coroutine.Second, coroutine.Third]) await queue.PutManyAsync([2, 3, 1]);
    }
}

internal sealed class PutOneBody : CoroutineBody<PutOne>
{
    protected override Task RunAsync(PutOne coroutine, IClusterLoop loop) => coroutine.Queue.PutAsync(1);
}
