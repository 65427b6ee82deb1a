using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S19Pitfall3Fix : Scenario
{
    public override string Name => "19-pitfall3-fix";

    public override string Section => "Pitfall 3: Blocking in a coroutine";

    public override string Snippet => """
        import asyncio

        async def task():
            await asyncio.sleep(5)  # the fix
            print("Done")

        asyncio.run(task())
        """;

    public override string Transcript => """
          5.065  Done
        # exit=0 wall=5.11s  CPython 3.11.7
        """;

    public override string Notice => """
        The same five seconds, and the loop is free.
        """;

    public override IReadOnlyList<double> Delays => [5];

    public override double Duration => 5;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Work());

    [GenerateSerializer, Immutable, Alias("oa.scenario.19.work")]
    internal sealed record Work : Coroutine;

    internal sealed class WorkBody : CoroutineBody<Work>
    {
        protected override async Task RunAsync(Work coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(5));
            await loop.PrintAsync("Done");
        }
    }
}
