namespace OrleansAsync.Crawling;

/// <summary>What a user of a host asks for. The counter runs from the user's start, so that a repeated request changes nothing.</summary>
/// <param name="User">The key of the asking <see cref="ICrawlHostGrain"/>.</param>
/// <param name="Incarnation">What tells one life of the user from the next.</param>
/// <param name="Returned">Slots given back so far.</param>
/// <param name="Target">Slots it could use at a time now.</param>
/// <param name="Limit">The most slots its crawl allows on a host; <see langword="null"/>: the default of the address.</param>
/// <param name="Delay">The least time between two starts its crawl allows; <see langword="null"/>: the default of the address.</param>
/// <param name="CrawlDelay">What the host's robots.txt asks for.</param>
/// <param name="Held">Slots it holds now. They count where the host does not know the user: its grain was lost, or the user's lease is over.</param>
/// <param name="StartIn">How long the user itself would wait before its next start. That counts where the host does not know the user.</param>
/// <param name="Latency">How long the host takes to answer, as the user sees it.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.HostRequest)]
public sealed record HostRequest(
    [property: Id(0)] string User,
    [property: Id(1)] Guid Incarnation,
    [property: Id(2)] long Returned,
    [property: Id(3)] int Target,
    [property: Id(4)] int? Limit,
    [property: Id(5)] TimeSpan? Delay,
    [property: Id(6)] TimeSpan? CrawlDelay,
    [property: Id(7)] int Held,
    [property: Id(8)] TimeSpan StartIn,
    [property: Id(9)] TimeSpan Latency);
