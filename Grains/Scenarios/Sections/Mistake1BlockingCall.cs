using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class Mistake1BlockingCall : Scenario
{
    public override string Name => "mistake-1-blocking-call";

    public override string Section => "Common Asyncio Mistakes";

    public override string Snippet => """
        import asyncio
        import time

        async def ticker():
            for i in range(4):
                print(f"  tick {i}")
                await asyncio.sleep(0.2)

        async def broken():
            time.sleep(0.5)  # WRONG: blocks the thread of the event loop
            print("  blocked for half a second")

        async def mended():
            await asyncio.to_thread(time.sleep, 0.5)  # blocks a thread of its own
            print("  waited for half a second")

        async def main():
            for coroutine in (broken, mended):
                print(coroutine.__name__)
                await asyncio.gather(ticker(), coroutine())

        asyncio.run(main(), debug=True)
        """;

    public override string Transcript => """
          0.109  broken
          0.110    tick 0
          0.612    blocked for half a second
          0.612  Executing <Task finished name='Task-3' coro=<broken() done, defined at mistake-1-blocking-call.py:9> result=None created at asyncio/tasks.py:670> took 0.501 seconds
          0.612    tick 1
          0.814    tick 2
          1.015    tick 3
          1.218  mended
          1.218    tick 0
          1.427    tick 1
          1.628    tick 2
          1.734    waited for half a second
          1.830    tick 3
        # exit=0 wall=2.06s  CPython 3.11.2
        """;

    public override string Notice => """
        The blocking call works, and no other task of its loop moves meanwhile. Debug mode reports the turn, as CPython's does; loops of other silos go on.
        `to_thread` is a BlockingBody: its code runs on a thread of the executor.
        """;

    public override double Duration => 1.9;

    public override IReadOnlyList<Range> Sets => [1..7, 8..13];

    public override IReadOnlyList<Counterpart> Counterparts => [new(3..4, SlowTurn)];

    public override string? Check(IReadOnlyList<string> lines)
    {
        List<string> broken = [.. lines.Take(7)], mended = [.. lines.Skip(7)];
        if (broken.IndexOf("  tick 1") < broken.IndexOf("  blocked for half a second")) return "a tick came while the loop was blocked";
        return mended.IndexOf("  tick 1") > mended.IndexOf("  waited for half a second") ? "no tick came while a thread was blocked" : null;
    }

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-1.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync("broken");
            await loop.GatherAsync(loop.CreateTask(new Ticker(), Here), loop.CreateTask(new Broken(), Here));
            await loop.PrintAsync(await ScenarioReports.NextAsync(loop, about: "holds up all tasks of its loop"));

            await loop.PrintAsync("mended");
            await loop.GatherAsync(loop.CreateTask(new Ticker(), Here), loop.CreateTask(new Mended(), Here));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-1.ticker")]
    internal sealed record Ticker : Coroutine<int>;

    internal sealed class TickerBody : CoroutineBody<Ticker, int>
    {
        protected override async Task<int> RunAsync(Ticker coroutine, IClusterLoop loop)
        {
            for (var i = 0; i < 4; i++)
            {
                _ = loop.PrintAsync($"  tick {i}");
                await loop.SleepAsync(Seconds(0.2));
            }
            return 0;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-1.broken")]
    internal sealed record Broken : Coroutine<int>;

    internal sealed class BrokenBody : CoroutineBody<Broken, int>
    {
        protected override Task<int> RunAsync(Broken coroutine, IClusterLoop loop)
        {
            // What not to do: the thread of the turn waits, and with it all tasks of the loop.
            Block(Seconds(0.5));
            _ = loop.PrintAsync("  blocked for half a second");
            return Task.FromResult(0);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-1.mended")]
    internal sealed record Mended : Coroutine<int>;

    internal sealed class MendedBody : CoroutineBody<Mended, int>
    {
        protected override async Task<int> RunAsync(Mended coroutine, IClusterLoop loop)
        {
            await loop.RunInExecutorAsync(new BlockThread(Seconds(0.5)));
            await loop.PrintAsync("  waited for half a second");
            return 0;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-1.block-thread")]
    internal sealed record BlockThread([property: Id(0)] TimeSpan Time) : Coroutine;

    internal sealed class BlockThreadBody : BlockingBody<BlockThread>
    {
        protected override void Run(BlockThread coroutine, CancellationToken cancellationToken) => Block(coroutine.Time);
    }

    private static void Block(TimeSpan time)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(time);
    }
}
