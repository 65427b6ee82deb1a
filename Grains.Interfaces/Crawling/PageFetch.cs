using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What came of one request of a <see cref="FetchPage"/>.</summary>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.PageFetch)]
public sealed record PageFetch
{
    /// <summary>Gets the URL that was requested.</summary>
    [Id(0)] public required string FinalUrl { get; init; }

    /// <summary>Gets how it ended.</summary>
    [Id(1)] public required PageOutcome Outcome { get; init; }

    /// <summary>Gets the status of the answer.</summary>
    [Id(2)] public int? Status { get; init; }

    /// <summary>Gets what went wrong, or what was left out of the page, in one line.</summary>
    [Id(3)] public string? Error { get; init; }

    /// <summary>
    /// Gets where the answer redirects to. The origin that asked goes on from there: once robots.txt allows the target, and with a slot of the target's host.
    /// </summary>
    [Id(4)] public string? RedirectsTo { get; init; }

    /// <summary>Gets the media type, without parameters.</summary>
    [Id(5)] public string? ContentType { get; init; }

    /// <summary>Gets the encoding the page was read in.</summary>
    [Id(6)] public string? Charset { get; init; }

    /// <summary>Gets the size of the decoded body, in bytes.</summary>
    [Id(7)] public long Bytes { get; init; }

    /// <summary>Gets the hash of the decoded body, in lower-case hexadecimal digits.</summary>
    [Id(8)] public string? Sha256 { get; init; }

    /// <summary>Gets the page's title.</summary>
    [Id(9)] public string? Title { get; init; }

    /// <summary>Gets the page's links: distinct, canonical, in document order.</summary>
    [Id(10)] public ImmutableArray<string> Links { get; init; } = [];

    /// <summary>Gets the indexes of the links that are in scope.</summary>
    [Id(11)] public ImmutableArray<int> Follow { get; init; } = [];

    /// <summary>Gets the wait the server asked for.</summary>
    [Id(12)] public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets whether another attempt may well succeed.</summary>
    [Id(13)] public bool Transient { get; init; }

    /// <summary>Gets when the request began.</summary>
    [Id(14)] public DateTimeOffset FetchedAt { get; init; }

    /// <summary>Gets how long it took.</summary>
    [Id(15)] public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the name of the silo that made it.</summary>
    [Id(16)] public string? Silo { get; init; }

    /// <summary>Gets the sitemaps that an index of sitemaps names.</summary>
    [Id(17)] public ImmutableArray<string> Sitemaps { get; init; } = [];

    /// <summary>Gets the headers <c>Set-Cookie</c> of the answer.</summary>
    [Id(18)] public ImmutableArray<string> SetCookies { get; init; } = [];

    /// <summary>Gets the header <c>ETag</c>, if the page can be asked for again with it.</summary>
    [Id(19)] public string? Etag { get; init; }

    /// <summary>Gets the header <c>Last-Modified</c>, if the page can be asked for again with it.</summary>
    [Id(20)] public string? LastModified { get; init; }
}
