namespace OrleansAsync.Crawling;

/// <summary>Asks a host for the robots.txt of one of its origins.</summary>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="UserAgent">The <c>User-Agent</c> to ask with.</param>
/// <param name="Permitted">The private networks that may be connected to.</param>
/// <param name="Timeout">The time one attempt may take.</param>
/// <param name="Retries">How often to try again.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.RobotsRequest)]
public sealed record RobotsRequest(
    [property: Id(0)] string Origin,
    [property: Id(1)] string UserAgent,
    [property: Id(2)] PrivateNetworks Permitted,
    [property: Id(3)] TimeSpan Timeout,
    [property: Id(4)] int Retries);
