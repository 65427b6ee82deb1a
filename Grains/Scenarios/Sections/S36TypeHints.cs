using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using System.Collections.Immutable;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S36TypeHints : Scenario
{
    public override string Name => "36-type-hints";

    public override string Section => "3. Use Type Hints";

    public override string Snippet => """"
        import asyncio
        from typing import List, Optional

        async def fetch(url: str) -> str:
            """Fetch a single URL, return content."""
            await asyncio.sleep(0.1)
            return f"Content from {url}"

        async def fetch_all(urls: List[str]) -> List[str]:
            """Fetch multiple URLs concurrently."""
            return await asyncio.gather(*[fetch(url) for url in urls])

        async def maybe_fetch(url: Optional[str]) -> Optional[str]:
            """Fetch only if URL is provided."""
            if url:
                return await fetch(url)
            return None

        # driver added
        print(asyncio.run(fetch_all(["a","b"])), asyncio.run(maybe_fetch(None)))
        """";

    public override string Transcript => """
          0.241  ['Content from a', 'Content from b'] None
        # exit=0 wall=0.28s  CPython 3.11.7
        """;

    public override string Notice => """
        The types are the compiler's: a coroutine says what it returns, and `string?` that it may be nothing.
        """;

    public override IReadOnlyList<double> Delays => [0.1];

    public override double Duration => 0.1;

    public override async Task RunAsync(IClusterLoop loop)
    {
        var all = await Run(loop, new FetchAll(["a", "b"]));
        var maybe = await Run(loop, new MaybeFetch(null));
        await loop.PrintAsync($"{List(all)} {maybe ?? "None"}");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.36.fetch")]
    internal sealed record Fetch([property: Id(0)] string Url) : Coroutine<string>;

    internal sealed class FetchBody : CoroutineBody<Fetch, string>
    {
        protected override async Task<string> RunAsync(Fetch coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(0.1));
            return $"Content from {coroutine.Url}";
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.36.fetch-all")]
    internal sealed record FetchAll([property: Id(0)] ImmutableArray<string> Urls) : Coroutine<ImmutableArray<string>>;

    internal sealed class FetchAllBody : CoroutineBody<FetchAll, ImmutableArray<string>>
    {
        protected override async Task<ImmutableArray<string>> RunAsync(FetchAll coroutine, IClusterLoop loop) => [.. await loop.GatherAsync(coroutine.Urls.Select(url => new Fetch(url)))];
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.36.maybe-fetch")]
    internal sealed record MaybeFetch([property: Id(0)] string? Url) : Coroutine<string?>;

    internal sealed class MaybeFetchBody : CoroutineBody<MaybeFetch, string?>
    {
        protected override async Task<string?> RunAsync(MaybeFetch coroutine, IClusterLoop loop) => coroutine.Url is { } url ? await loop.CreateTask(new Fetch(url)) : null;
    }
}
