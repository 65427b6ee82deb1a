using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S06Gather : Scenario
{
    public override string Name => "06-gather";

    public override string Section => "asyncio.gather(): Coordinating Multiple Coroutines";

    public override string Snippet => """
        import asyncio

        async def fetch(url):
            await asyncio.sleep(1)
            return f"Data from {url}"

        async def main():
            urls = ["api1.com", "api2.com", "api3.com"]
            results = await asyncio.gather(*[fetch(url) for url in urls])
            print(results)

        asyncio.run(main())
        """;

    public override string Transcript => """
          1.085  ['Data from api1.com', 'Data from api2.com', 'Data from api3.com']
        # exit=0 wall=1.11s  CPython 3.11.7
        """;

    public override string Notice => """
        Three coroutines, spread over the loops of all silos, one second, results in the order they were asked for.
        """;

    public override IReadOnlyList<double> Delays => [1, 1, 1];

    public override double Duration => 1;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.06.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            string[] urls = ["api1.com", "api2.com", "api3.com"];
            var results = await loop.GatherAsync(urls.Select(url => new Fetch(url)));
            await loop.PrintAsync(List(results));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.06.fetch")]
    internal sealed record Fetch([property: Id(0)] string Url) : Coroutine<string>;

    internal sealed class FetchBody : CoroutineBody<Fetch, string>
    {
        protected override async Task<string> RunAsync(Fetch coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(1));
            return $"Data from {coroutine.Url}";
        }
    }
}
