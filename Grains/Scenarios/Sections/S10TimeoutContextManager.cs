using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S10TimeoutContextManager : Scenario
{
    public override string Name => "10-timeout-context-manager";

    public override string Section => "asyncio.timeout() for Timeouts";

    public override string Snippet => """
        import asyncio

        async def slow_task():
            await asyncio.sleep(10)
            return "Done"

        async def main():
            try:
                async with asyncio.timeout(2):
                    await slow_task()
            except asyncio.TimeoutError:
                print("Task took too long!")

        asyncio.run(main())
        """;

    public override string Transcript => """
          2.095  Task took too long!
        # exit=0 wall=2.12s  CPython 3.11.7
        """;

    public override string Notice => """
        `async with asyncio.timeout(2)` is a block that is given to TimeoutAsync. What it awaits is cancelled, on whichever silo it runs.
        """;

    public override IReadOnlyList<double> Delays => [2];

    public override double Duration => 2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.10.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            try
            {
                await loop.TimeoutAsync(Seconds(2), async scope => await scope.CreateTask(new SlowTask()));
            }
            catch (TimeoutException)
            {
                await loop.PrintAsync("Task took too long!");
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.10.slow-task")]
    internal sealed record SlowTask : Coroutine<string>;

    internal sealed class SlowTaskBody : CoroutineBody<SlowTask, string>
    {
        protected override async Task<string> RunAsync(SlowTask coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(10));
            return "Done";
        }
    }
}
