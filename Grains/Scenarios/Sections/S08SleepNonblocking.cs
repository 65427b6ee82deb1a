using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S08SleepNonblocking : Scenario
{
    public override string Name => "08-sleep-nonblocking";

    public override string Section => "asyncio.sleep(): Non-Blocking Delays";

    public override string Snippet => """
        import asyncio
        import time

        # WRONG: Blocks the thread, defeats the purpose of asyncio
        async def bad_delay():
            time.sleep(2)  # Blocks! Other tasks can't run
            print("Done waiting")

        # RIGHT: Yields control
        async def good_delay():
            await asyncio.sleep(2)  # Yields! Other tasks can run
            print("Done waiting")

        # --- driver added: the tutorial defines these but never runs them ---
        async def ticker():
            for i in range(5):
                print(f"  tick {i}"); await asyncio.sleep(0.5)
        async def main():
            for f in (bad_delay, good_delay):
                t0=time.perf_counter(); print(f.__name__)
                await asyncio.gather(ticker(), f())
                print(f"{f.__name__}: {time.perf_counter()-t0:.1f}s with a 2.5s ticker beside it")
        asyncio.run(main())
        """;

    public override string Transcript => """
          0.095  bad_delay
          0.095    tick 0
          2.096  Done waiting
          2.096    tick 1
          2.597    tick 2
          3.098    tick 3
          3.598    tick 4
          4.099  bad_delay: 4.0s with a 2.5s ticker beside it
          4.099  good_delay
          4.099    tick 0
          4.600    tick 1
          5.101    tick 2
          5.602    tick 3
          6.101  Done waiting
          6.103    tick 4
          6.605  good_delay: 2.5s with a 2.5s ticker beside it
        # exit=0 wall=6.63s  CPython 3.11.7
        """;

    public override string Notice => """
        A body that blocks holds up every task of its loop, though not of other loops: both run on one here. Debug mode reports the turn.
        """;

    public override IReadOnlyList<double> Delays => [2, 2.5, 2, 2.5];

    public override double Duration => 6.5;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(7..8, @"^bad_delay: \d+\.\ds with a 2\.5s ticker beside it$"),
        new(15..16, @"^good_delay: \d+\.\ds with a 2\.5s ticker beside it$"),
    ];

    public override IReadOnlyList<string> Reports => [SlowTurn];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await Run(loop, new Main());
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.08.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            foreach (var (name, delay) in new (string, Coroutine<int>)[] { ("bad_delay", new BadDelay()), ("good_delay", new GoodDelay()) })
            {
                var start = loop.Time.GetTimestamp();
                await loop.PrintAsync(name);
                await loop.GatherAsync(loop.CreateTask(new Ticker(), Here), loop.CreateTask(delay, Here));
                await loop.PrintAsync($"{name}: {Since(loop, start)}s with a 2.5s ticker beside it");
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.08.bad-delay")]
    internal sealed record BadDelay : Coroutine<int>;

    internal sealed class BadDelayBody : CoroutineBody<BadDelay, int>
    {
        protected override Task<int> RunAsync(BadDelay coroutine, IClusterLoop loop)
        {
            // What not to do: the thread of the turn waits, and with it all tasks of the loop.
            using var never = new ManualResetEventSlim();
            never.Wait(Seconds(2));
            _ = loop.PrintAsync("Done waiting");
            return Task.FromResult(0);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.08.good-delay")]
    internal sealed record GoodDelay : Coroutine<int>;

    internal sealed class GoodDelayBody : CoroutineBody<GoodDelay, int>
    {
        protected override async Task<int> RunAsync(GoodDelay coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(2));
            _ = loop.PrintAsync("Done waiting");
            return 0;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.08.ticker")]
    internal sealed record Ticker : Coroutine<int>;

    internal sealed class TickerBody : CoroutineBody<Ticker, int>
    {
        protected override async Task<int> RunAsync(Ticker coroutine, IClusterLoop loop)
        {
            for (var i = 0; i < 5; i++)
            {
                _ = loop.PrintAsync($"  tick {i}");
                await loop.SleepAsync(Seconds(0.5));
            }
            return 0;
        }
    }
}
