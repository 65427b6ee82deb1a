using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class AsyncGenerators : Scenario
{
    public override string Name => "async-generators";

    public override string Section => "The Mental Shift: From Thinking Sequentially to Thinking Concurrently";

    public override string Snippet => """
        import asyncio

        async def countdown(n, delay=0.1):
            try:
                while n > 0:
                    yield n
                    await asyncio.sleep(delay)
                    n -= 1
            finally:
                print("  cleaned up")

        async def watch(started):
            async for n in countdown(3, delay=10):
                print(f"  {n}")
                started.set()

        async def produce(queue):
            async for n in countdown(3):
                await queue.put(n)
            await queue.put(None)  # the end

        async def items(queue):
            while (item := await queue.get()) is not None:
                yield item

        async def main():
            print("to its end")
            print(f"  {[n async for n in countdown(3)]}")

            print("left early")
            numbers = countdown(3)
            async for n in numbers:
                print(f"  {n}")
                if n == 2:
                    break
            await numbers.aclose()  # without it, the cleanup comes when the generator is collected

            print("cancelled")
            started = asyncio.Event()
            task = asyncio.create_task(watch(started))
            await started.wait()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                print("  CancelledError")

            print("from task to task")
            queue = asyncio.Queue()
            producer = asyncio.create_task(produce(queue))
            print(f"  {sum([n async for n in items(queue)])} in all")
            await producer

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.177  to its end
          0.482    cleaned up
          0.482    [3, 2, 1]
          0.482  left early
          0.482    3
          0.586    2
          0.586    cleaned up
          0.586  cancelled
          0.586    3
          0.586    cleaned up
          0.586    CancelledError
          0.586  from task to task
          0.893    cleaned up
          0.894    6 in all
        # exit=0 wall=0.91s  CPython 3.11.2
        """;

    public override string Notice => """
        An async generator is an IAsyncEnumerable, `async for` is `await foreach`, and `finally` runs at its end, on a cancel, and when it is left early: at
        once, where Python needs aclose(). It stays in its body. From one task to another, on whichever silo, items go through a queue.
        """;

    public override IReadOnlyList<double> Delays => [0.3, 0.1, 0.3];

    public override double Duration => 0.7;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    private static async IAsyncEnumerable<int> CountdownAsync(IClusterLoop loop, int start, double delay = 0.1)
    {
        try
        {
            for (var n = start; n > 0; n--)
            {
                yield return n;
                await loop.SleepAsync(Seconds(delay));
            }
        }
        finally
        {
            await loop.PrintAsync("  cleaned up");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.async-generators.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync("to its end");
            List<int> numbers = [];
            await foreach (var n in CountdownAsync(loop, 3)) numbers.Add(n);
            await loop.PrintAsync($"  [{string.Join(", ", numbers)}]");

            await loop.PrintAsync("left early");
            await foreach (var n in CountdownAsync(loop, 3))
            {
                await loop.PrintAsync($"  {n}");
                if (n == 2) break;
            }

            await loop.PrintAsync("cancelled");
            var started = loop.Event();
            var task = loop.CreateTask(new Watch(started));
            await started.WaitAsync();
            await task.CancelAsync();
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                await loop.PrintAsync("  CancelledError");
            }

            await loop.PrintAsync("from task to task");
            var queue = loop.Queue<int>();
            var producer = loop.CreateTask(new Produce(queue));
            var sum = 0;
            await foreach (var n in queue.GetAllAsync()) sum += n;
            await loop.PrintAsync($"  {sum} in all");
            await producer;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.async-generators.watch")]
    internal sealed record Watch([property: Id(0)] ClusterEvent Started) : Coroutine;

    internal sealed class WatchBody : CoroutineBody<Watch>
    {
        protected override async Task RunAsync(Watch coroutine, IClusterLoop loop)
        {
            await foreach (var n in CountdownAsync(loop, 3, delay: 10))
            {
                await loop.PrintAsync($"  {n}");
                await coroutine.Started.SetAsync();
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.async-generators.produce")]
    internal sealed record Produce([property: Id(0)] ClusterQueue<int> Queue) : Coroutine;

    internal sealed class ProduceBody : CoroutineBody<Produce>
    {
        protected override async Task RunAsync(Produce coroutine, IClusterLoop loop)
        {
            await foreach (var n in CountdownAsync(loop, 3)) await coroutine.Queue.PutAsync(n);
            // The end, for whoever takes the items.
            await coroutine.Queue.ShutdownAsync();
        }
    }
}
