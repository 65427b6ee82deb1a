using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class Mistake5RunInsideRun : Scenario
{
    public override string Name => "mistake-5-run-inside-run";

    public override string Section => "Common Asyncio Mistakes";

    public override string Snippet => """
        import asyncio

        async def price():
            await asyncio.sleep(0.1)
            return 42

        async def broken():
            try:
                return asyncio.run(price())  # WRONG: there is a running loop already
            except RuntimeError as error:
                print(f"broken: {error}")

        async def mended():
            return await price()

        async def main():
            await broken()
            print(f"mended: {await mended()}")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.156  broken: asyncio.run() cannot be called from a running event loop
          0.162  mistake-5-run-inside-run.py:11: RuntimeWarning: coroutine 'price' was never awaited
          0.162    print(f"broken: {error}")
          0.162  RuntimeWarning: Enable tracemalloc to get the object allocation traceback
          0.267  mended: 42
        # exit=0 wall=0.31s  CPython 3.11.2
        """;

    public override string Notice => """
        A run inside a running coroutine is refused, as in asyncio, and does not wait for itself; the coroutine that was made for it is reported as never
        started. Await a task instead. A client may have any number of runs.
        """;

    public override double Duration => 0.1;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^broken: RunAsync cannot be called from a running coroutine \(task .*\): await CreateTask there\.$"),
        new(1..4, @"^Coroutine Price, created by task .*, was never started"),
    ];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-5.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await loop.CreateTask(new Broken(), Here);
            await loop.PrintAsync(await ScenarioReports.NextAsync(loop, about: "was never started"));
            await loop.PrintAsync($"mended: {await loop.CreateTask(new Price())}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-5.price")]
    internal sealed record Price : Coroutine<int>;

    internal sealed class PriceBody : CoroutineBody<Price, int>
    {
        protected override Task<int> RunAsync(Price coroutine, IClusterLoop loop) => loop.SleepAsync(Seconds(0.1), 42);
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-5.broken")]
    internal sealed record Broken : Coroutine;

    internal sealed class BrokenBody : CoroutineBody<Broken>
    {
        protected override async Task RunAsync(Broken coroutine, IClusterLoop loop)
        {
            try
            {
                // What not to do: the task runs already.
                await loop.RunAsync(new Price());
            }
            catch (InvalidOperationException e)
            {
                await loop.PrintAsync($"broken: {e.Message}");
            }
        }
    }
}
