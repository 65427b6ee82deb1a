using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S26GetRunningLoop : Scenario
{
    public override string Name => "26-get-running-loop";

    public override string Section => "Async Context and asyncio.get_running_loop()";

    public override string Snippet => """
        import asyncio

        async def get_loop_info():
            loop = asyncio.get_running_loop()
            print(f"Running loop: {loop}")
            print(f"Loop type: {type(loop)}")

        asyncio.run(get_loop_info())
        """;

    public override string Transcript => """
          0.059  Running loop: <_UnixSelectorEventLoop running=True closed=False debug=False>
          0.064  Loop type: <class 'asyncio.unix_events._UnixSelectorEventLoop'>
        # exit=0 wall=0.08s  CPython 3.11.7
        """;

    public override string Notice => """
        Every body is given its loop. Its activation is one of several; the id says on which silo.
        """;

    public override double Duration => 0;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^Running loop: .+:\d+@\d+/\d+@[0-9a-f]+$"),
        new(1..2, @"^Loop type: OrleansAsync\.Execution\.ClusterLoop$"),
    ];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new GetLoopInfo());

    [GenerateSerializer, Immutable, Alias("oa.scenario.26.get-loop-info")]
    internal sealed record GetLoopInfo : Coroutine;

    internal sealed class GetLoopInfoBody : CoroutineBody<GetLoopInfo>
    {
        protected override async Task RunAsync(GetLoopInfo coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync($"Running loop: {ClusterLoop.From(loop).Tasks.Id}");
            await loop.PrintAsync($"Loop type: {loop.GetType()}");
        }
    }
}
