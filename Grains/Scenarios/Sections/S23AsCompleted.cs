using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S23AsCompleted : Scenario
{
    public override string Name => "23-as-completed";

    public override string Section => "Race Conditions and Task Ordering";

    public override string Snippet => """
        import asyncio

        async def task(name, delay):
            await asyncio.sleep(delay)
            return f"{name} done"

        async def main():
            tasks = [
                asyncio.create_task(task("A", 0.5)),
                asyncio.create_task(task("B", 0.3)),
                asyncio.create_task(task("C", 0.7)),
            ]

            # Process as they complete, not in submission order
            for future in asyncio.as_completed(tasks):
                result = await future
                print(result)  # B, then A, then C

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.400  B done
          0.600  A done
          0.800  C done
        # exit=0 wall=0.82s  CPython 3.11.7
        """;

    public override string Notice => """
        Results as they come: `await foreach` hands out the tasks themselves.
        """;

    public override IReadOnlyList<double> Delays => [0.5, 0.3, 0.7];

    public override double Duration => 0.7;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.23.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            ClusterTask<string>[] tasks = [loop.CreateTask(new Work("A", 0.5)), loop.CreateTask(new Work("B", 0.3)), loop.CreateTask(new Work("C", 0.7))];
            await foreach (var task in loop.AsCompleted(tasks)) await loop.PrintAsync(await task);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.23.work")]
    internal sealed record Work([property: Id(0)] string Name, [property: Id(1)] double Delay) : Coroutine<string>;

    internal sealed class WorkBody : CoroutineBody<Work, string>
    {
        protected override async Task<string> RunAsync(Work coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(coroutine.Delay));
            return $"{coroutine.Name} done";
        }
    }
}
