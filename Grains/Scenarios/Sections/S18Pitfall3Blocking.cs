using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S18Pitfall3Blocking : Scenario
{
    public override string Name => "18-pitfall3-blocking";

    public override string Section => "Pitfall 3: Blocking in a coroutine";

    public override string Snippet => """
        import asyncio
        import time

        async def task():
            time.sleep(5)  # WRONG: Blocks the entire event loop
            print("Done")

        asyncio.run(task())
        """;

    public override string Transcript => """
          5.061  Done
        # exit=0 wall=5.07s  CPython 3.11.7
        """;

    public override string Notice => """
        Five seconds in which the loop does nothing else. Debug mode reports the turn, with task and coroutine; `oa loop list` shows the lag.
        """;

    public override IReadOnlyList<double> Delays => [5];

    public override double Duration => 5;

    public override IReadOnlyList<string> Reports => [SlowTurn];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Work());

    [GenerateSerializer, Immutable, Alias("oa.scenario.18.work")]
    internal sealed record Work : Coroutine;

    internal sealed class WorkBody : CoroutineBody<Work>
    {
        protected override Task RunAsync(Work coroutine, IClusterLoop loop)
        {
            // What not to do: the thread of the turn waits, and with it all tasks of the loop.
            using var never = new ManualResetEventSlim();
            never.Wait(Seconds(5));
            return loop.PrintAsync("Done");
        }
    }
}
