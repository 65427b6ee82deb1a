using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>How to crawl: everything but the URLs to begin with. The defaults suit a polite visitor of someone else's site.</summary>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Specification)]
public sealed record CrawlSpecification
{
    /// <summary>The <c>User-Agent</c> sent unless the crawl names its own.</summary>
    public const string DefaultUserAgent = "OrleansAsync/0.1 (web crawler)";

    /// <summary>Gets which links are followed.</summary>
    [Id(0)] public ScopeKind Scope { get; init; }

    /// <summary>Gets regular expressions of which one must match the URL of a followed link; none: no restriction.</summary>
    [Id(1)] public ImmutableArray<string> Include { get; init; } = [];

    /// <summary>Gets regular expressions of which none may match the URL of a followed link.</summary>
    [Id(2)] public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary>Gets how many links away from the seeds a page may be; 0 fetches exactly the seeds, <see langword="null"/> is unlimited.</summary>
    [Id(3)] public int? MaxDepth { get; init; }

    /// <summary>Gets how many pages are requested at most; <see langword="null"/> is unlimited.</summary>
    [Id(4)] public long? MaxPages { get; init; }

    /// <summary>Gets how long the crawl may run; <see langword="null"/> is unlimited.</summary>
    [Id(5)] public TimeSpan? MaxTime { get; init; }

    /// <summary>Gets how many requests of the crawl may be open at a time; at least 1.</summary>
    [Id(6)] public int MaxConcurrent { get; init; } = 256;

    /// <summary>Gets how many requests may be open to one host; <see langword="null"/>: 8 on private and loopback addresses, 2 elsewhere.</summary>
    [Id(7)] public int? PerHost { get; init; }

    /// <summary>
    /// Gets the least time between the starts of two requests to one host; <see langword="null"/>: none on private and loopback addresses,
    /// 1 s elsewhere. A longer Crawl-delay of the host's robots.txt goes before it.
    /// </summary>
    [Id(8)] public TimeSpan? Delay { get; init; }

    /// <summary>Gets the time one request may take in total: connection, headers, body.</summary>
    [Id(9)] public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how often a URL is tried again after an error that may pass: a timeout, a broken connection, 429, 500, 502, 503, 504.</summary>
    [Id(10)] public int Retries { get; init; } = 2;

    /// <summary>Gets the largest body that is read, in decoded bytes.</summary>
    [Id(11)] public long MaxBodyBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Gets the <c>User-Agent</c>; its leading word is the name looked for in robots.txt.</summary>
    [Id(12)] public string UserAgent { get; init; } = DefaultUserAgent;

    /// <summary>Gets whether robots.txt is obeyed.</summary>
    [Id(13)] public bool ObeyRobots { get; init; } = true;

    /// <summary>Gets whether private, loopback and link-local addresses may be requested although no seed is in their network.</summary>
    [Id(14)] public bool AllowPrivate { get; init; }

    /// <summary>Gets further headers of every request.</summary>
    [Id(15)] public ImmutableArray<CrawlHeader> Headers { get; init; } = [];

    /// <summary>Gets where links are not followed any more because they look endless.</summary>
    [Id(16)] public TrapLimits Traps { get; init; } = new();

    /// <summary>Gets whether the sitemaps of the seeds' origins are read, and what they name in scope is fetched as if it were given.</summary>
    [Id(17)] public bool Sitemaps { get; init; }

    /// <summary>Gets whether cookies are kept within the crawl, by site, and sent again.</summary>
    [Id(18)] public bool KeepCookies { get; init; } = true;

    /// <summary>Gets whether pages that the crawl had the last time are asked for only if they have changed, see <see cref="ICrawlGrain.RefreshAsync"/>.</summary>
    [Id(19)] public bool Refresh { get; init; }
}
