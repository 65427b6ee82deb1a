using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What came of one attempt at one URL.</summary>
internal sealed record FetchedPage
{
    /// <summary>The last URL that was requested.</summary>
    public required CrawlUrl FinalUrl { get; init; }

    public required PageOutcome Outcome { get; init; }

    /// <summary>Of the last answer; <see langword="null"/> if the last request got none.</summary>
    public int? Status { get; init; }

    /// <summary>One line naming the cause; on success <see langword="null"/>, or what was left out of the page.</summary>
    public string? Error { get; init; }

    /// <summary>The targets redirected to, in order; the last one may have been refused.</summary>
    public ImmutableArray<string> Redirects { get; init; } = [];

    /// <summary>The headers <c>Set-Cookie</c> of the last answer.</summary>
    public ImmutableArray<string> SetCookies { get; init; } = [];

    /// <summary>The header <c>ETag</c>.</summary>
    public string? Etag { get; init; }

    /// <summary>The header <c>Last-Modified</c>.</summary>
    public string? LastModified { get; init; }

    /// <summary>The media type in lower case, without parameters.</summary>
    public string? ContentType { get; init; }

    public string? Charset { get; init; }

    /// <summary>Decoded bytes read.</summary>
    public long Bytes { get; init; }

    /// <summary>Of the decoded body, lower-case hex; <see langword="null"/> unless it was read to its end.</summary>
    public string? Sha256 { get; init; }

    public string? Title { get; init; }

    /// <summary>Distinct and canonical, in document order.</summary>
    public ImmutableArray<string> Links { get; init; } = [];

    /// <summary>What a sitemap names; <see langword="null"/> unless <see cref="FetchRequest.IsSitemap"/> and there is one.</summary>
    public Sitemap? Sitemap { get; init; }

    /// <summary>Those of <see cref="Links"/> marked <c>rel=nofollow</c> wherever they stand.</summary>
    public ImmutableArray<string> NoFollowLinks { get; init; } = [];

    /// <summary>The page or its header asks not to follow its links.</summary>
    public bool NoFollow { get; init; }

    /// <summary>The wait the server asked for, counted from its answer.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long the answer may be kept, if the server says so.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Another attempt may well succeed.</summary>
    public bool Transient { get; init; }

    /// <summary>Time spent on the attempt, without the waits of <see cref="FetchRequest.AdmitHop"/>.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Empty unless <see cref="FetchRequest.KeepBody"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
