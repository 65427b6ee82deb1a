using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What became of one URL that a crawl scheduled: a line of its output.</summary>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.PageRecord)]
public sealed record PageRecord
{
    /// <summary>Gets the URL: canonical, without fragment; a malformed seed as it was given.</summary>
    [Id(0)] public required string Url { get; init; }

    /// <summary>Gets the URL that answered in the end, after redirects; <see langword="null"/> if nothing was requested.</summary>
    [Id(1)] public string? FinalUrl { get; init; }

    /// <summary>Gets how it ended.</summary>
    [Id(2)] public required PageOutcome Outcome { get; init; }

    /// <summary>Gets the status of the last answer.</summary>
    [Id(3)] public int? Status { get; init; }

    /// <summary>Gets what went wrong, or what was left out of the page, in one line.</summary>
    [Id(4)] public string? Error { get; init; }

    /// <summary>Gets how many links the URL is away from a seed: the smallest number known when the record was made.</summary>
    [Id(5)] public int Depth { get; init; }

    /// <summary>Gets the page on which the URL was found first; <see langword="null"/> for a seed.</summary>
    [Id(6)] public string? Referrer { get; init; }

    /// <summary>Gets the targets redirected to, in order.</summary>
    [Id(7)] public ImmutableArray<string> Redirects { get; init; } = [];

    /// <summary>Gets the media type, without parameters.</summary>
    [Id(8)] public string? ContentType { get; init; }

    /// <summary>Gets the encoding the page was read in.</summary>
    [Id(9)] public string? Charset { get; init; }

    /// <summary>Gets the size of the decoded body, in bytes.</summary>
    [Id(10)] public long Bytes { get; init; }

    /// <summary>Gets the hash of the decoded body, in lower-case hexadecimal digits.</summary>
    [Id(11)] public string? Sha256 { get; init; }

    /// <summary>Gets the page's title.</summary>
    [Id(12)] public string? Title { get; init; }

    /// <summary>Gets the page's links: distinct, canonical, in document order, whether followed or not.</summary>
    [Id(13)] public ImmutableArray<string> Links { get; init; } = [];

    /// <summary>Gets how often it was tried; 0 if it was never requested.</summary>
    [Id(14)] public int Attempts { get; init; }

    /// <summary>Gets when the last attempt began.</summary>
    [Id(15)] public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Gets how long the last attempt took.</summary>
    [Id(16)] public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the name of the silo that made the last attempt.</summary>
    [Id(17)] public string? Silo { get; init; }

    /// <summary>Gets the header <c>ETag</c>, if the page can be asked for again with it.</summary>
    [Id(18)] public string? Etag { get; init; }

    /// <summary>Gets the header <c>Last-Modified</c>, if the page can be asked for again with it.</summary>
    [Id(19)] public string? LastModified { get; init; }
}
