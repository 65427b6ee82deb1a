using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S14Pitfall1ForgettingAwait : Scenario
{
    public override string Name => "14-pitfall1-forgetting-await";

    public override string Section => "Pitfall 1: Forgetting to await";

    public override string Snippet => """
        import asyncio
        async def task():
            return "Done"

        async def main():
            result = task()  # BUG: Creates coroutine, doesn't run it
            print(result)  # Prints: <coroutine object...>

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.067  <coroutine object task at 0x7f8ee315aa30>
          0.073  asyncio/events.py:80: RuntimeWarning: coroutine 'task' was never awaited
          0.073    self._context.run(self._callback, *self._args)
          0.073  RuntimeWarning: Enable tracemalloc to get the object allocation traceback
        # exit=0 wall=0.10s  CPython 3.11.7
        """;

    public override string Notice => """
        The forgotten await: the object is printed, nothing has run. Debug mode names the coroutine and the task that made it.
        """;

    public override double Duration => 0;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^Work { }$"),
        new(1..4, @"^Coroutine Work, created by task .*, was never started"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await Run(loop, new Main());
        await loop.PrintAsync(await ScenarioReports.NextAsync(loop));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.14.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var result = new Work();
            await loop.PrintAsync($"{result}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.14.work")]
    internal sealed record Work : Coroutine<string>;

    internal sealed class WorkBody : CoroutineBody<Work, string>
    {
        protected override Task<string> RunAsync(Work coroutine, IClusterLoop loop) => Task.FromResult("Done");
    }
}
