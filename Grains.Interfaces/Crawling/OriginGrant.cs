namespace OrleansAsync.Crawling;

/// <summary>What a crawl lets an origin do. The counters run from the start of the origin's activation: a lost or late grant is made good by the next.</summary>
/// <param name="Epoch">The activation of the crawl: an origin that belongs to an earlier one begins again.</param>
/// <param name="Slots">Slots given so far.</param>
/// <param name="Pages">Pages of the budget given so far; <see langword="null"/> without a budget.</param>
/// <param name="Share">How many slots the origin may keep, as others wait: 0 is one, for one request. <see langword="null"/>: as many as it has.</param>
/// <param name="Stop">What to stop.</param>
/// <param name="Version">Rises from grant to grant: answers and calls may overtake each other.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.OriginGrant)]
public sealed record OriginGrant(
    [property: Id(0)] Guid Epoch,
    [property: Id(1)] long Slots,
    [property: Id(2)] long? Pages,
    [property: Id(3)] int? Share,
    [property: Id(4)] CrawlStop Stop,
    [property: Id(5)] long Version);
