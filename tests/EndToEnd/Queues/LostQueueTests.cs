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
            await using var cluster = await FaultCluster.StartAsync(kind);
            await using var session = await cluster.ConnectAsync();
            // On several silos, so that some are lost whichever is killed.
            var queues = Enumerable.Range(0, 6).Select(i => session.Loop.Queue<int>($"numbers {i}", maxSize: 100, new QueueOptions { Durable = true })).ToArray();
            var isKilled = false;
            var consumers = queues.Select(ConsumeAsync).ToArray();
            var producers = queues.Select(ProduceAsync).ToArray();
            await fault.KillTwoAsync(cluster, TimeSpan.FromSeconds(3));
            isKilled = true;
            var counts = await Task.WhenAll(producers).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
            foreach (var queue in queues)
            {
                await queue.JoinAsync(TestContext.Current.CancellationToken).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
                await queue.ShutdownAsync(cancellationToken: TestContext.Current.CancellationToken);
            }
            var results = await Task.WhenAll(consumers).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
            foreach (var (count, (taken, done)) in counts.Zip(results))
            {
                Assert.Equal(Enumerable.Range(0, count), taken.Distinct().Order());
                Assert.Equal(done.Distinct(), done);
                // Whoever is told that its item went to another is wrong only if the answer was lost with the lease.
                Assert.True(taken.Count - done.Count <= 10, $"{fault}: {taken.Count} taken, {done.Count} done");
            }
            output.WriteLine($"{fault}: {string.Join(", ", counts)} items, {results.Sum(result => result.Taken.Count - result.Taken.Distinct().Count())} delivered again");

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

    private static async Task<(List<int> Taken, List<int> Done)> ConsumeAsync(ClusterQueue<int> queue)
    {
        var (taken, done) = (new List<int>(), new List<int>());
        while (true)
        {
            try
            {
                var item = await queue.GetAsync(TestContext.Current.CancellationToken);
                taken.Add(item);
                await queue.TaskDoneAsync();
                done.Add(item);
            }
            catch (QueueShutDownException)
            {
                return (taken, done);
            }
            catch (QueueLostException)
            {
                // The silo took longer to replace than a lease: the item comes again.
            }
        }
    }
}
