using OrleansAsync.Execution;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S32ProducerConsumer : Scenario
{
    public override string Name => "32-producer-consumer";

    public override string Section => "Asyncio Patterns: Producer-Consumer";

    public override string Snippet => """"
        import asyncio

        async def producer(queue, n):
            """Generate items and put them in a queue"""
            for i in range(n):
                print(f"Producing {i}")
                await queue.put(i)
                await asyncio.sleep(0.1)
            await queue.put(None)  # Signal end

        async def consumer(queue):
            """Consume items from the queue"""
            while True:
                item = await queue.get()
                if item is None:
                    break
                print(f"Consuming {item}")
                await asyncio.sleep(0.2)

        async def main():
            queue = asyncio.Queue()

            # Run producer and consumer concurrently
            await asyncio.gather(
                producer(queue, 5),
                consumer(queue),
            )

        asyncio.run(main())
        """";

    public override string Transcript => """
          0.111  Producing 0
          0.111  Consuming 0
          0.212  Producing 1
          0.311  Consuming 1
          0.313  Producing 2
          0.413  Producing 3
          0.513  Consuming 2
          0.514  Producing 4
          0.714  Consuming 3
          0.915  Consuming 4
        # exit=0 wall=1.15s  CPython 3.11.7
        """;

    public override string Notice => """
        A queue between two coroutines on two loops. The tutorial prints P1 P2 C1; the order of both among themselves, and each item after it was made, is all
        that is promised. IProducerGrain and IConsumerGrain run many of each.
        """;

    public override double Duration => 1.1;

    public override IReadOnlyList<Range> Sets => [0..10];

    public override string? Check(IReadOnlyList<string> lines)
    {
        string[] produced = [.. Enumerable.Range(0, 5).Select(i => $"Producing {i}")], consumed = [.. Enumerable.Range(0, 5).Select(i => $"Consuming {i}")];
        if (!lines.Where(produced.Contains).SequenceEqual(produced)) return "not produced in order";
        if (!lines.Where(consumed.Contains).SequenceEqual(consumed)) return "not consumed in order";
        return Enumerable.Range(0, 5).Any(i => Place(consumed[i]) < Place(produced[i])) ? "consumed before it was produced" : null;

        int Place(string line) => lines.Index().First(each => each.Item == line).Index;
    }

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.32.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var queue = loop.Queue<int?>();
            await loop.GatherAsync(new Producer(queue, 5), new Consumer(queue));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.32.producer")]
    internal sealed record Producer([property: Id(0)] ClusterQueue<int?> Queue, [property: Id(1)] int Count) : Coroutine<int>;

    internal sealed class ProducerBody : CoroutineBody<Producer, int>
    {
        protected override async Task<int> RunAsync(Producer coroutine, IClusterLoop loop)
        {
            for (var i = 0; i < coroutine.Count; i++)
            {
                await loop.PrintAsync($"Producing {i}");
                await coroutine.Queue.PutAsync(i);
                await loop.SleepAsync(Seconds(0.1));
            }
            await coroutine.Queue.PutAsync(null);
            return coroutine.Count;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.32.consumer")]
    internal sealed record Consumer([property: Id(0)] ClusterQueue<int?> Queue) : Coroutine<int>;

    internal sealed class ConsumerBody : CoroutineBody<Consumer, int>
    {
        protected override async Task<int> RunAsync(Consumer coroutine, IClusterLoop loop)
        {
            var count = 0;
            while (await coroutine.Queue.GetAsync() is { } item)
            {
                await loop.PrintAsync($"Consuming {item}");
                await loop.SleepAsync(Seconds(0.2));
                count++;
            }
            return count;
        }
    }
}
