namespace OrleansAsync.Crawling;

/// <summary>What a user of a host asks for. The counter runs from the user's start, so that a repeated request changes nothing.</summary>
/// <param name="User">The key of the asking <see cref="ICrawlHostGrain"/>.</param>
/// <param name="Incarnation">What tells one life of the user from the next.</param>
/// <param name="Returned">Slots given back so far.</param>
/// <param name="Target">Slots it could use at a time now.</param>
/// <param name="Limit">The most slots its crawl allows on a host; <see langword="null"/>: the default of the address.</param>
/// <param name="Delay">The least time between two starts its crawl allows; <see langword="null"/>: the default of the address.</param>
/// <param name="CrawlDelay">What the host's robots.txt asks for.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.HostRequest)]
public sealed record HostRequest(
    [property: Id(0)] string User,
    [property: Id(1)] Guid Incarnation,
    [property: Id(2)] long Returned,
    [property: Id(3)] int Target,
    [property: Id(4)] int? Limit,
    [property: Id(5)] TimeSpan? Delay,
    [property: Id(6)] TimeSpan? CrawlDelay);
