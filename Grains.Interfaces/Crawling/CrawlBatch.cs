using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Records for the follower of a crawl.</summary>
/// <param name="Last">The last record; reading after it acknowledges the batch. If the epoch is not that of the batch before, that one is repeated unless it was acknowledged.</param>
/// <param name="Records">The records up to <paramref name="Last"/>.</param>
/// <param name="State">Where the crawl stands.</param>
/// <param name="End">The end, once the crawl has ended, or is paused, and no record is left; otherwise <see langword="null"/>.</param>
/// <param name="IsOvertaken">Whether somebody else follows the crawl now.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Batch)]
public sealed record CrawlBatch(
    [property: Id(0)] CrawlPosition Last,
    [property: Id(1)] ImmutableArray<PageRecord> Records,
    [property: Id(2)] CrawlState State,
    [property: Id(3)] CrawlProgress? End,
    [property: Id(4)] bool IsOvertaken);
