using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S15Pitfall1Fix : Scenario
{
    public override string Name => "15-pitfall1-fix";

    public override string Section => "Pitfall 1: Forgetting to await";

    public override string Snippet => """
        import asyncio

        async def task():
            return "Done"

        async def main():
            result = await task()
            print(result)

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.090  Done
        # exit=0 wall=0.12s  CPython 3.11.7
        """;

    public override string Notice => """
        Given to CreateTask and awaited, it runs.
        """;

    public override double Duration => 0;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.15.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var result = await loop.CreateTask(new Work());
            await loop.PrintAsync(result);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.15.work")]
    internal sealed record Work : Coroutine<string>;

    internal sealed class WorkBody : CoroutineBody<Work, string>
    {
        protected override Task<string> RunAsync(Work coroutine, IClusterLoop loop) => Task.FromResult("Done");
    }
}
