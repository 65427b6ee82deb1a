using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S35NestedCreateTask : Scenario
{
    public override string Name => "35-nested-create-task";

    public override string Section => "2. Avoid Nested create_task()";

    public override string Snippet => """
        import asyncio

        urls=["u1","u2","u3"]
        async def fetch(url): await asyncio.sleep(0.1); return f"Data from {url}"
        async def fetch_and_process(): return (await fetch("u")).upper()

        # GOOD: Flat structure
        async def main1():
            tasks = [asyncio.create_task(fetch(url)) for url in urls]
            results = await asyncio.gather(*tasks)

        # OKAY: If nesting is minimal
        async def main2():
            task = asyncio.create_task(fetch_and_process())
            result = await task

        async def drive():
            await main1(); await main2(); print("both forms ran")
        asyncio.run(drive())
        """;

    public override string Transcript => """
          0.365  both forms ran
        # exit=0 wall=0.38s  CPython 3.11.7
        """;

    public override string Notice => """
        Both forms run; the flat one reads better.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.1];

    public override double Duration => 0.2;

    public override async Task RunAsync(IClusterLoop loop)
    {
        await Run(loop, new Main1());
        await Run(loop, new Main2());
        await loop.PrintAsync("both forms ran");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.35.main1")]
    internal sealed record Main1 : Coroutine;

    internal sealed class Main1Body : CoroutineBody<Main1>
    {
        protected override async Task RunAsync(Main1 coroutine, IClusterLoop loop)
        {
            await loop.GatherAsync(new Fetch("u1"), new Fetch("u2"), new Fetch("u3"));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.35.main2")]
    internal sealed record Main2 : Coroutine;

    internal sealed class Main2Body : CoroutineBody<Main2>
    {
        protected override async Task RunAsync(Main2 coroutine, IClusterLoop loop)
        {
            var task = loop.CreateTask(new FetchAndProcess());
            await task;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.35.fetch")]
    internal sealed record Fetch([property: Id(0)] string Url) : Coroutine<string>;

    internal sealed class FetchBody : CoroutineBody<Fetch, string>
    {
        protected override async Task<string> RunAsync(Fetch coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(0.1));
            return $"Data from {coroutine.Url}";
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.35.fetch-and-process")]
    internal sealed record FetchAndProcess : Coroutine<string>;

    internal sealed class FetchAndProcessBody : CoroutineBody<FetchAndProcess, string>
    {
        protected override async Task<string> RunAsync(FetchAndProcess coroutine, IClusterLoop loop) => (await loop.CreateTask(new Fetch("u"))).ToUpperInvariant();
    }
}
