using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansAsync.Coordination;
using OrleansAsync.Hosting;
using OrleansAsync.Queues;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary>Queues whose silo is lost, and consumers that are; each test has a cluster of its own.</summary>
public sealed class QueueLossTests : IDisposable
{
    private static readonly QueueOptions Durable = new() { Durable = true };

    private readonly string _data = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_queue_in_memory_is_lost_with_its_silo_and_all_who_had_it_open_learn_it()
    {
        await using var cluster = await DeployAsync(2);
        var queue = await OpenAsync(cluster, silo: 1);
        // One without a waiting call learns it at the next; this one waits.
        var other = ClusterFixture.Loop(cluster.Silos[0].ServiceProvider).Queue<int>(queue.Name!);
        await other.PutManyAsync([1, 2]).Soon();
        await queue.GetManyAsync(2).Soon();
        var get = queue.GetAsync();
        await queue.SettleAsync().Soon();
        await cluster.KillSiloAsync(cluster.Silos[1]);
        await Assert.ThrowsAsync<QueueLostException>(() => get.WaitAsync(TimeSpan.FromSeconds(60)));
        await Assert.ThrowsAsync<QueueLostException>(() => queue.TaskDoneAsync().Soon());
        await Assert.ThrowsAsync<QueueLostException>(() => other.PutAsync(3).Soon());
        // From then on it works again, and is empty.
        await other.PutAsync(4).Soon();
        Assert.Equal(4, await queue.GetAsync().Soon());
        await queue.TaskDoneAsync().Soon();
        await queue.JoinAsync().Soon();
    }

    [Fact]
    public async Task A_durable_queue_goes_on_elsewhere_and_takers_keep_what_they_have()
    {
        await using var cluster = await DeployAsync(2);
        var queue = await OpenAsync(cluster, silo: 1, Durable);
        await queue.PutManyAsync(Enumerable.Range(0, 100)).Soon();
        Assert.Equal(Enumerable.Range(0, 10), await queue.GetManyAsync(10).Soon());
        await queue.TaskDoneAsync(3).Soon();
        var join = queue.JoinAsync();
        await queue.SettleAsync().Soon();
        await cluster.KillSiloAsync(cluster.Silos[1]);
        var items = new List<int>();
        while (items.Count < 90) items.AddRange(await queue.GetManyAsync(100).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(Enumerable.Range(10, 90), items);
        Assert.False(join.IsCompleted);
        await queue.TaskDoneAsync(97).Soon();
        await join.Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(() => queue.TaskDoneAsync().Soon());
    }

    [Fact]
    public async Task When_the_whole_cluster_was_gone_a_durable_queue_has_all_that_was_not_done()
    {
        await using (var first = await DeployAsync(1))
        {
            var loop = ClusterFixture.Loop(first.Client.ServiceProvider);
            var (fifo, priority) = (loop.Queue<int>("fifo", options: Durable), loop.PriorityQueue<int>("priority", options: Durable));
            await fifo.PutManyAsync(Enumerable.Range(0, 20)).Soon();
            await priority.PutManyAsync([5, 3, 4, 1, 2]).Soon();
            await fifo.GetManyAsync(6).Soon();
            await fifo.TaskDoneAsync(4).Soon();
            Assert.Equal(1, await priority.GetAsync().Soon());
            await priority.ShutdownAsync().Soon();
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await DeployAsync(1);
        var next = ClusterFixture.Loop(second.Client.ServiceProvider);
        List<int> items = [];
        await foreach (var item in next.PriorityQueue<int>("priority", options: Durable).GetAllAsync()) items.Add(item);
        Assert.Equal([1, 2, 3, 4, 5], items);
        Assert.Equal(Enumerable.Range(4, 16), await next.Queue<int>("fifo", options: Durable).GetManyAsync(100).Soon());
    }

    [Fact]
    public async Task Items_of_a_consumer_whose_silo_was_lost_are_delivered_again()
    {
        await using var cluster = await DeployAsync(2);
        var queue = await OpenAsync(cluster, silo: 0);
        await queue.PutManyAsync(Enumerable.Range(0, 10)).Soon();
        var consumer = ClusterFixture.Loop(cluster.Silos[1].ServiceProvider).Queue<int>(queue.Name!);
        Assert.Equal([0, 1, 2, 3], await consumer.GetManyAsync(4).Soon());
        await consumer.TaskDoneAsync().Soon();
        Assert.Equal(4, await queue.GetAsync().Soon());
        Assert.Equal([5, 6, 7, 8, 9], await queue.GetManyAsync(5).Soon());
        var again = queue.GetManyAsync(10);
        await cluster.KillSiloAsync(cluster.Silos[1]);
        Assert.Equal([1, 2, 3], await again.WaitAsync(TimeSpan.FromSeconds(60)));
        await queue.TaskDoneAsync(9).Soon();
        await queue.JoinAsync().Soon();
    }

    private async Task<InProcessTestCluster> DeployAsync(short silos)
    {
        var cluster = ClusterFixture.Build(silos, silo => silo.UseSqliteStore(_data)
            .Configure<CoordinationOptions>(options => options.LeaseDuration = TimeSpan.FromSeconds(2))
            .Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            })).Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>A queue that lives on a silo of the test's choice.</summary>
    private static async Task<ClusterQueue<int>> OpenAsync(InProcessTestCluster cluster, int silo, QueueOptions? options = null)
    {
        var (loop, address) = (ClusterFixture.Loop(cluster.Client.ServiceProvider), cluster.Silos[silo].SiloAddress.Endpoint.ToString());
        while (true)
        {
            var queue = loop.Queue<int>(QueueHandleTests.NewName(), options: options);
            await queue.SettleAsync().Soon();
            if ((await loop.Grains.GetGrain<IQueueGrain>(queue.Key).GetInfoAsync())!.Silo == address) return queue;
        }
    }
}
