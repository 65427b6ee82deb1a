namespace OrleansAsync.Crawling;

/// <summary>How one origin of a crawl is getting on.</summary>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="Pages">URLs with a record.</param>
/// <param name="Errors">Of these, the ones that ended in an error or timeout.</param>
/// <param name="Queued">URLs waiting, also for a retry.</param>
/// <param name="InFlight">Requests open.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.HostProgress)]
public sealed record CrawlHostProgress(
    [property: Id(0)] string Origin,
    [property: Id(1)] long Pages,
    [property: Id(2)] long Errors,
    [property: Id(3)] long Queued,
    [property: Id(4)] int InFlight);
