using System.Collections.Concurrent;
using OrleansAsync.Queues;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Queues;

/// <summary>Durable queues whose silos are killed under load; producers and consumers are a client that lives.</summary>
public sealed class LostQueueTests(ITestOutputHelper output)
{
    [Theory, EveryCluster]
    public async Task No_item_of_a_durable_queue_is_lost_or_done_twice_whichever_two_silos_are_killed_whenever(ClusterKind kind)
    {
        for (var round = 1; round <= FaultRound.Count; round++)
        {
            var fault = new FaultRound(round);
            await using var cluster = await FaultCluster.StartAsync(kind, 3, ("ORLEANSASYNC__COORDINATION__LEASEDURATION", "00:00:04"));
            await using var session = await cluster.ConnectAsync();
            // On several silos, so that some are lost whichever is killed.
            var queues = Enumerable.Range(0, 6).Select(i => session.Loop.Queue<int>($"numbers {i}", maxSize: 100, new QueueOptions { Durable = true })).ToArray();
            var (done, isKilled) = (queues.Select(_ => new ConcurrentQueue<int>()).ToArray(), false);
            var consumers = queues.SelectMany((queue, i) => (Task[])[ConsumeAsync(queue, done[i]), ConsumeAsync(queue, done[i])]).ToArray();
            var producers = queues.Select(ProduceAsync).ToArray();
            await fault.KillTwoAsync(cluster, TimeSpan.FromSeconds(3));
            isKilled = true;
            var counts = await Task.WhenAll(producers).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
            foreach (var queue in queues)
            {
                await queue.JoinAsync(TestContext.Current.CancellationToken).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
                await queue.ShutdownAsync(cancellationToken: TestContext.Current.CancellationToken);
            }
            await Task.WhenAll(consumers).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
            for (var i = 0; i < queues.Length; i++) Assert.Equal(Enumerable.Range(0, counts[i]), done[i].Order());
            output.WriteLine($"{fault}: {string.Join(", ", counts)} items");

            async Task<int> ProduceAsync(ClusterQueue<int> queue)
            {
                var next = 0;
                while (!isKilled)
                {
                    await queue.PutManyAsync(Enumerable.Range(next, 10), TestContext.Current.CancellationToken);
                    next += 10;
                }
                return next;
            }
        }
    }

    private static async Task ConsumeAsync(ClusterQueue<int> queue, ConcurrentQueue<int> done)
    {
        await foreach (var item in queue.GetAllAsync(prefetch: 3, TestContext.Current.CancellationToken)) done.Enqueue(item);
    }
}
