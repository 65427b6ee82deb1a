using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S09TimeoutCallCall : Scenario
{
    public override string Name => "09-timeout-call-call";

    public override string Section => "asyncio.timeout() for Timeouts";

    public override string Snippet => """
        import asyncio

        async def slow_task():
            await asyncio.sleep(10)
            return "Done"

        async def main():
            try:
                result = await asyncio.wait_for(slow_task(), 2)  # adaptation: what the line must be
            except asyncio.TimeoutError:
                print("Task took too long!")

        asyncio.run(main())
        """;

    public override string Transcript => """
          2.066  Task took too long!
        # exit=0 wall=2.09s  CPython 3.11.7
        """;

    public override string Notice => """
        The tutorial's `asyncio.timeout(2)(slow_task())` is a TypeError; what it means is wait_for, which cancels the task, waits for its cleanup, and
        raises TimeoutError.
        """;

    public override IReadOnlyList<double> Delays => [2];

    public override double Duration => 2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.09.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            try
            {
                await loop.WaitForAsync(new SlowTask(), Seconds(2));
            }
            catch (TimeoutException)
            {
                await loop.PrintAsync("Task took too long!");
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.09.slow-task")]
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
