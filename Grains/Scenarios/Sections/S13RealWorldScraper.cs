using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S13RealWorldScraper : Scenario
{
    public override string Name => "13-real-world-scraper";

    public override string Section => "Putting It Together: A Real-World Example";

    public override string Snippet => """"
        import asyncio

        async def fetch_url(url, delay=1):
            """Simulate fetching a URL with a delay"""
            print(f"Fetching {url}...")
            await asyncio.sleep(delay)  # Simulate network request
            return f"Content from {url}"

        async def main():
            urls = [
                "https://example.com/page1",
                "https://example.com/page2",
                "https://example.com/page3",
            ]

            # Fetch all URLs concurrently
            results = await asyncio.gather(
                *[fetch_url(url) for url in urls]
            )

            for result in results:
                print(result)

        asyncio.run(main())
        """";

    public override string Transcript => """
          0.058  Fetching https://example.com/page1...
          0.058  Fetching https://example.com/page2...
          0.058  Fetching https://example.com/page3...
          1.059  Content from https://example.com/page1
          1.059  Content from https://example.com/page2
          1.059  Content from https://example.com/page3
        # exit=0 wall=1.08s  CPython 3.11.7
        """;

    public override string Notice => """
        The fetches are spread over the loops of all silos, so which prints first is nobody's promise; the results are in order.
        """;

    public override IReadOnlyList<double> Delays => [1, 1, 1];

    public override double Duration => 1;

    public override IReadOnlyList<Range> Sets => [0..3];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.13.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            string[] urls = ["https://example.com/page1", "https://example.com/page2", "https://example.com/page3"];
            var results = await loop.GatherAsync(urls.Select(url => new FetchUrl(url)));
            foreach (var result in results) await loop.PrintAsync(result);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.13.fetch-url")]
    internal sealed record FetchUrl([property: Id(0)] string Url, [property: Id(1)] double Delay = 1) : Coroutine<string>;

    internal sealed class FetchUrlBody : CoroutineBody<FetchUrl, string>
    {
        protected override async Task<string> RunAsync(FetchUrl coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync($"Fetching {coroutine.Url}...");
            await loop.SleepAsync(Seconds(coroutine.Delay));
            return $"Content from {coroutine.Url}";
        }
    }
}
