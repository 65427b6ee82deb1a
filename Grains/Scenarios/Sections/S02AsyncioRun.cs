using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S02AsyncioRun : Scenario
{
    public override string Name => "02-asyncio-run";

    public override string Section => "asyncio.run(): Your Entry Point";

    public override string Snippet => """
        import asyncio

        async def greet():
            return "Hello, asyncio!"

        result = asyncio.run(greet())
        print(result)  # Output: Hello, asyncio!
        """;

    public override string Transcript => """
          0.488  Hello, asyncio!
        # exit=0 wall=0.51s  CPython 3.11.7
        """;

    public override string Notice => """
        `Run` is asyncio.run: a main coroutine, and its result when it has ended. In a program of your own: `await loop.RunAsync(new Main())`.
        """;

    public override double Duration => 0;

    public override async Task RunAsync(IClusterLoop loop)
    {
        var result = await Run(loop, new Greet());
        await loop.PrintAsync(result);
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.02.greet")]
    internal sealed record Greet : Coroutine<string>;

    internal sealed class GreetBody : CoroutineBody<Greet, string>
    {
        protected override Task<string> RunAsync(Greet coroutine, IClusterLoop loop) => Task.FromResult("Hello, asyncio!");
    }
}
