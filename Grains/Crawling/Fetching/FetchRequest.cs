using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>One attempt at one URL, with the limits it must keep.</summary>
internal sealed record FetchRequest
{
    public const long DefaultMaxBodyBytes = 10 * 1024 * 1024;

    public required CrawlUrl Url { get; init; }

    public required string UserAgent { get; init; }

    /// <summary>Connecting, headers, body and redirects together; waits inside <see cref="AdmitHop"/> do not count.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Counts decoded bytes, so that a compression bomb is cut like any large body.</summary>
    public long MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;

    public int MaxRedirects { get; init; } = 20;

    /// <summary>They replace the defaults of the same name. A redirect that leaves the origin of <see cref="Url"/> takes none along but language and media types: they may be secrets.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The header <c>Cookie</c> for the origin of <see cref="Url"/>.</summary>
    public string? Cookies { get; init; }

    /// <summary>The header <c>If-None-Match</c> for the origin of <see cref="Url"/>.</summary>
    public string? IfNoneMatch { get; init; }

    /// <summary>The header <c>If-Modified-Since</c> for the origin of <see cref="Url"/>.</summary>
    public string? IfModifiedSince { get; init; }

    /// <summary>The private ranges this fetch may connect to, on the first URL and on every redirect.</summary>
    public PrivateNetworks Permitted { get; init; }

    /// <summary>Asked before each redirect is followed, on the scheduler that called the fetcher; an answer refuses the hop and says why.</summary>
    public Func<CrawlUrl, CancellationToken, ValueTask<HopRefusal?>>? AdmitHop { get; init; }

    /// <summary>Extract title and links if the body is HTML.</summary>
    public bool Parse { get; init; } = true;

    /// <summary>Read the body as a sitemap.</summary>
    public bool IsSitemap { get; init; }

    /// <summary>Hand back the body in <see cref="FetchedPage.Body"/>; of one that is too large or breaks off, what arrived up to the limit.</summary>
    public bool KeepBody { get; init; }
}
