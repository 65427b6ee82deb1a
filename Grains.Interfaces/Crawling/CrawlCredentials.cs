namespace OrleansAsync.Crawling;

/// <summary>User name and password for one origin, from a URL that was given.</summary>
/// <param name="Origin">Scheme, host and port.</param>
/// <param name="UserInfo">Both as they stood in the URL: percent-encoded, a colon between them.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Credentials)]
public sealed record CrawlCredentials([property: Id(0)] string Origin, [property: Id(1)] string UserInfo)
{
    /// <summary>Gives the origin alone: the rest must not get into a log.</summary>
    public override string ToString() => Origin;
}
