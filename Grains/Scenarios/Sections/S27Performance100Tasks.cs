using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S27Performance100Tasks : Scenario
{
    public override string Name => "27-performance-100-tasks";

    public override string Section => "Performance Considerations: When to Use Asyncio";

    public override string Snippet => """
        import asyncio
        import time

        # Simulating 100 I/O operations, each taking 0.1 seconds
        async def io_task():
            await asyncio.sleep(0.1)

        async def async_approach():
            tasks = [asyncio.create_task(io_task()) for _ in range(100)]
            await asyncio.gather(*tasks)

        start = time.time()
        asyncio.run(async_approach())
        print(f"Asyncio: {time.time() - start:.2f}s")  # ~0.1s (all concurrent)

        # Sequential approach would take ~10s
        # Threading would take ~0.1s too, but with thread overhead
        # Asyncio is lightweight and scales to thousands of tasks
        """;

    public override string Transcript => """
          0.215  Asyncio: 0.11s
        # exit=0 wall=0.24s  CPython 3.11.7
        """;

    public override string Notice => """
        A hundred waits at once take as long as one. `oa bench fanout --tasks 1000000` does the same with a million.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];

    public override double Duration => 0.1;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^Asyncio: \d+\.\d\ds$"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        var start = loop.Time.GetTimestamp();
        await Run(loop, new AsyncApproach());
        await loop.PrintAsync($"Asyncio: {Since(loop, start, "0.00")}s");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.27.async-approach")]
    internal sealed record AsyncApproach : Coroutine;

    internal sealed class AsyncApproachBody : CoroutineBody<AsyncApproach>
    {
        protected override async Task RunAsync(AsyncApproach coroutine, IClusterLoop loop)
        {
            ClusterTask<int>[] tasks = [.. Enumerable.Range(0, 100).Select(_ => loop.CreateTask(new IoTask()))];
            await loop.GatherAsync(tasks);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.27.io-task")]
    internal sealed record IoTask : Coroutine<int>;

    internal sealed class IoTaskBody : CoroutineBody<IoTask, int>
    {
        protected override Task<int> RunAsync(IoTask coroutine, IClusterLoop loop) => loop.SleepAsync(Seconds(0.1), 0);
    }
}
