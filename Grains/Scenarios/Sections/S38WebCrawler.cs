using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S38WebCrawler : Scenario
{
    public override string Name => "38-web-crawler";

    public override string Section => "Real-World Scenario: Building an Async Web Crawler";

    public override string Snippet => """"
        import asyncio
        from typing import List, Dict

        class SimpleCrawler:
            def __init__(self, max_concurrent: int = 5, timeout: float = 10):
                self.max_concurrent = max_concurrent
                self.timeout = timeout
                self.semaphore = asyncio.Semaphore(max_concurrent)

            async def fetch_page(self, url: str) -> Dict[str, str]:
                """Fetch a single page with rate limiting."""
                async with self.semaphore:  # Limit concurrency
                    try:
                        print(f"Fetching {url}")
                        # Simulate async HTTP request
                        await asyncio.sleep(1)
                        return {
                            "url": url,
                            "status": "success",
                            "content": f"Content from {url}"
                        }
                    except asyncio.TimeoutError:
                        return {"url": url, "status": "timeout"}
                    except Exception as e:
                        return {"url": url, "status": "error", "error": str(e)}

            async def crawl(self, urls: List[str]) -> List[Dict[str, str]]:
                """Crawl multiple URLs concurrently."""
                tasks = [self.fetch_page(url) for url in urls]
                return await asyncio.gather(*tasks, return_exceptions=True)

        async def main():
            crawler = SimpleCrawler(max_concurrent=3)
            urls = [f"https://example.com/page{i}" for i in range(10)]
            results = await crawler.crawl(urls)

            successes = [r for r in results if r.get("status") == "success"]
            print(f"Successfully fetched {len(successes)} pages")

        asyncio.run(main())
        """";

    public override string Transcript => """
          0.104  Fetching https://example.com/page0
          0.104  Fetching https://example.com/page1
          0.104  Fetching https://example.com/page2
          1.106  Fetching https://example.com/page3
          1.108  Fetching https://example.com/page4
          1.108  Fetching https://example.com/page5
          2.107  Fetching https://example.com/page6
          2.109  Fetching https://example.com/page7
          2.109  Fetching https://example.com/page8
          3.109  Fetching https://example.com/page9
          4.113  Successfully fetched 10 pages
        # exit=0 wall=4.12s  CPython 3.11.7
        """;

    public override string Notice => """
        Ten pages, three at a time: the semaphore hands its permits on in the order of asking. The tutorial's crawler never reads its timeout, and breaks on
        an exception among its results. The real one is `oa crawl`.
        """;

    public override IReadOnlyList<double> Delays => [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

    public override double Duration => 4;

    public override IReadOnlyList<Range> Sets => [0..3, 3..6, 6..9];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.38.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var urls = Enumerable.Range(0, 10).Select(i => $"https://example.com/page{i}");
            var semaphore = loop.Semaphore(3);
            var results = await loop.GatherOutcomesAsync(urls.Select(url => loop.CreateTask(new FetchPage(semaphore, url), Here)));
            var successes = results.Count(result => result is { IsSuccess: true, Value.Status: "success" });
            await loop.PrintAsync($"Successfully fetched {successes} pages");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.38.page")]
    internal sealed record Page([property: Id(0)] string Url, [property: Id(1)] string Status, [property: Id(2)] string? Content = null, [property: Id(3)] string? Error = null);

    [GenerateSerializer, Immutable, Alias("oa.scenario.38.fetch-page")]
    internal sealed record FetchPage([property: Id(0)] ClusterSemaphore Semaphore, [property: Id(1)] string Url) : Coroutine<Page>;

    internal sealed class FetchPageBody : CoroutineBody<FetchPage, Page>
    {
        protected override async Task<Page> RunAsync(FetchPage coroutine, IClusterLoop loop)
        {
            await using var permit = await coroutine.Semaphore.AcquireAsync();
            try
            {
                await loop.PrintAsync($"Fetching {coroutine.Url}");
                return new Page(coroutine.Url, "success", await loop.CreateTask(new Request(coroutine.Url)));
            }
            catch (TimeoutException)
            {
                return new Page(coroutine.Url, "timeout");
            }
            catch (InvalidOperationException e)
            {
                return new Page(coroutine.Url, "error", Error: e.Message);
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.38.request")]
    internal sealed record Request([property: Id(0)] string Url) : Coroutine<string>;

    internal sealed class RequestBody : CoroutineBody<Request, string>
    {
        protected override async Task<string> RunAsync(Request coroutine, IClusterLoop loop)
        {
            // In place of HTTP, on whichever silo has the task.
            await loop.SleepAsync(Seconds(1));
            return $"Content from {coroutine.Url}";
        }
    }
}
