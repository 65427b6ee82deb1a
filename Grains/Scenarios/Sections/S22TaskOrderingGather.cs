using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S22TaskOrderingGather : Scenario
{
    public override string Name => "22-task-ordering-gather";

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

            results = await asyncio.gather(*tasks)
            print(results)  # Might be: ['A done', 'B done', 'C done']

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.821  ['A done', 'B done', 'C done']
        # exit=0 wall=0.87s  CPython 3.11.7
        """;

    public override string Notice => """
        gather gives results in the order of its arguments, whichever ends first. The tutorial says "might be": it is guaranteed.
        """;

    public override IReadOnlyList<double> Delays => [0.5, 0.3, 0.7];

    public override double Duration => 0.7;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.22.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            ClusterTask<string>[] tasks = [loop.CreateTask(new Work("A", 0.5)), loop.CreateTask(new Work("B", 0.3)), loop.CreateTask(new Work("C", 0.7))];
            var results = await loop.GatherAsync(tasks);
            await loop.PrintAsync(List(results));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.22.work")]
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
