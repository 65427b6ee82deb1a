namespace OrleansAsync.Crawling;

/// <summary>What a host grants to one user.</summary>
/// <param name="Host">The host.</param>
/// <param name="Granted">Slots given since the user's start.</param>
/// <param name="Share">How many slots the user may keep, as others wait or there are fewer now: 0 is one, for one request. <see langword="null"/>: as many as it has.</param>
/// <param name="StartIn">How long to wait before the first start with a slot of this grant.</param>
/// <param name="Interval">The least time between two starts. Above zero, a slot is good for one request and then goes back.</param>
/// <param name="Limit">The most slots the host gives to all its users at the moment.</param>
/// <param name="Version">Rises from grant to grant: answers and calls may overtake each other.</param>
/// <param name="Address">The <see cref="HostKey"/> of the host's address, if it is known by a name: a request needs a slot there, too.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.HostGrant)]
public sealed record HostGrant(
    [property: Id(0)] string Host,
    [property: Id(1)] long Granted,
    [property: Id(2)] int? Share,
    [property: Id(3)] TimeSpan StartIn,
    [property: Id(4)] TimeSpan Interval,
    [property: Id(5)] int Limit,
    [property: Id(6)] long Version,
    [property: Id(7)] string? Address);
