using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Records for the follower of a crawl.</summary>
/// <param name="LastSequence">The number of the last record; reading after it acknowledges the batch.</param>
/// <param name="Records">The records, numbered up to <paramref name="LastSequence"/>.</param>
/// <param name="State">Where the crawl stands.</param>
/// <param name="End">The end, once the crawl has ended and no record is left; otherwise <see langword="null"/>.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Batch)]
public sealed record CrawlBatch(
    [property: Id(0)] long LastSequence,
    [property: Id(1)] ImmutableArray<PageRecord> Records,
    [property: Id(2)] CrawlState State,
    [property: Id(3)] CrawlProgress? End);
