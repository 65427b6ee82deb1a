namespace OrleansAsync.Crawling;

/// <summary>What came of asking for a robots.txt (RFC 9309, section 2.3.1).</summary>
[GenerateSerializer, Alias(CrawlingAliases.RobotsVerdictKind)]
public enum RobotsKind
{
    /// <summary>There are rules to read.</summary>
    Rules = 0,

    /// <summary>There is none (4xx): everything is allowed.</summary>
    AllowAll = 1,

    /// <summary>The server failed to give it (5xx): nothing is allowed.</summary>
    DisallowAll = 2,

    /// <summary>No connection could be made, so no page could be fetched either.</summary>
    Unreachable = 3,

    /// <summary>The server did not answer in time; it is not asked for pages either.</summary>
    TimedOut = 4,
}
