using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S01DefiningCoroutines : Scenario
{
    public override string Name => "01-defining-coroutines";

    public override string Section => "async def: Defining Coroutines";

    public override string Snippet => """
        async def greet():
            return "Hello, asyncio!"

        # This doesn't run the coroutine, it creates a coroutine object
        coro = greet()
        print(coro)
        # Output: <coroutine object greet at 0x...>
        """;

    public override string Transcript => """
          0.020  <coroutine object greet at 0x7f9fd0378b40>
          0.022  sys:1: RuntimeWarning: coroutine 'greet' was never awaited
        # exit=0 wall=0.03s  CPython 3.11.7
        """;

    public override string Notice => """
        A coroutine is a record of arguments: making one runs nothing, here as there.
        CPython warns when the object is collected; here, debug mode does when its creator ends, and an analyzer when it compiles.
        """;

    public override double Duration => 0;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^Greet { }$"),
        new(1..2, @"^Coroutine Greet, created by task .*, was never started"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await Run(loop, new Module());
        await loop.PrintAsync(await ScenarioReports.NextAsync(loop));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.01.module")]
    internal sealed record Module : Coroutine;

    internal sealed class ModuleBody : CoroutineBody<Module>
    {
        protected override async Task RunAsync(Module coroutine, IClusterLoop loop)
        {
            var greeting = new Greet();
            await loop.PrintAsync($"{greeting}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.01.greet")]
    internal sealed record Greet : Coroutine<string>;

    internal sealed class GreetBody : CoroutineBody<Greet, string>
    {
        protected override Task<string> RunAsync(Greet coroutine, IClusterLoop loop) => Task.FromResult("Hello, asyncio!");
    }
}
