using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S33EventLoopPolicy : Scenario
{
    public override string Name => "33-event-loop-policy";

    public override string Section => "Asyncio and Event Loop Policies";

    public override string Snippet => """
        import asyncio
        async def main(): print(type(asyncio.get_running_loop()).__name__)
        asyncio.run(main())
        print(type(asyncio.get_event_loop_policy()).__name__)
        """;

    public override string Transcript => """
          0.108  _UnixSelectorEventLoop
          0.108  _UnixDefaultEventLoopPolicy
        # exit=0 wall=0.12s  CPython 3.11.7
        """;

    public override string Notice => """
        Which loop a coroutine gets is what a policy decides; here it is the placement of a task. Policies go in Python 3.16.
        """;

    public override double Duration => 0;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^ClusterLoop$"),
        new(1..2, @"^TaskPlacement\.Spread$"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await Run(loop, new Main());
        await loop.PrintAsync($"{nameof(TaskPlacement)}.{default(TaskPlacement)}");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.33.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync(loop.GetType().Name);
        }
    }
}
