using OrleansAsync.Execution;

namespace OrleansAsync.Crawling;

/// <summary>Requests one URL of a crawl once and reads its links.</summary>
/// <param name="CrawlId">The crawl, whose limits and headers apply.</param>
/// <param name="Url">The URL.</param>
/// <param name="RedirectedFrom">The scheduled URL that redirected here: headers meant for its origin are not sent to another.</param>
/// <param name="Setup">The crawl's setup.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.FetchPage)]
public sealed record FetchPage(
    [property: Id(0)] string CrawlId,
    [property: Id(1)] string Url,
    [property: Id(2)] string? RedirectedFrom,
    [property: Id(3)] Guid Setup) : Coroutine<PageFetch>;
