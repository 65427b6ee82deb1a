using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>A crawl at a glance.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Failure">Why it failed, if it did.</param>
/// <param name="Totals">Its sums so far.</param>
/// <param name="Queued">URLs waiting.</param>
/// <param name="InFlight">Requests open.</param>
/// <param name="Hosts">The busiest origins, at most <see cref="MaxHosts"/>.</param>
/// <param name="Silos">Pages by silo.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Progress)]
public sealed record CrawlProgress(
    [property: Id(0)] CrawlState State,
    [property: Id(1)] string? Failure,
    [property: Id(2)] CrawlTotals Totals,
    [property: Id(3)] long Queued,
    [property: Id(4)] long InFlight,
    [property: Id(5)] ImmutableArray<CrawlHostProgress> Hosts,
    [property: Id(6)] ImmutableArray<CrawlSiloProgress> Silos)
{
    /// <summary>How many origins are listed.</summary>
    public const int MaxHosts = 12;
}
