using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S37DocumentAsyncApi : Scenario
{
    public override string Name => "37-document-async-api";

    public override string Section => "4. Document Your Async API";

    public override string Snippet => """"
        import asyncio
        async def fetch_and_cache(url: str) -> str:
            """
            Fetch a URL and cache the result.

            Safe to call concurrently: Multiple callers can await this
            simultaneously without issue.

            Args:
                url: The URL to fetch.

            Returns:
                The fetched content.

            Raises:
                asyncio.TimeoutError: If fetch exceeds timeout.
            """
            # Implementation...
            pass

        print(asyncio.run(fetch_and_cache("u")))
        """";

    public override string Transcript => """
          0.187  None
        # exit=0 wall=0.22s  CPython 3.11.7
        """;

    public override string Notice => """
        Documentation belongs to the coroutine, which callers see, not to its body.
        """;

    public override double Duration => 0;

    public override async Task RunAsync(IClusterLoop loop)
    {
        await loop.PrintAsync(await Run(loop, new FetchAndCache("u")) ?? "None");
    }

    /// <summary>Fetches a URL and caches the result. Safe to call concurrently: several callers can await it at a time.</summary>
    /// <param name="Url">The URL to fetch.</param>
    /// <remarks>Returns the content. Throws <see cref="TimeoutException"/> if the fetch exceeds its timeout.</remarks>
    [GenerateSerializer, Immutable, Alias("oa.scenario.37.fetch-and-cache")]
    internal sealed record FetchAndCache([property: Id(0)] string Url) : Coroutine<string?>;

    internal sealed class FetchAndCacheBody : CoroutineBody<FetchAndCache, string?>
    {
        protected override Task<string?> RunAsync(FetchAndCache coroutine, IClusterLoop loop) => Task.FromResult<string?>(null);
    }
}
