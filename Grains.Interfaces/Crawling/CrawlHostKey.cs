namespace OrleansAsync.Crawling;

/// <summary>The key of an <see cref="ICrawlHostGrain"/>: a crawl and an origin such as <c>https://example.org</c>.</summary>
/// <param name="CrawlId">The crawl.</param>
/// <param name="Origin">Scheme, host and, unless it is the scheme's own, port.</param>
public readonly record struct CrawlHostKey(string CrawlId, string Origin)
{
    // No crawl id can hold it.
    private const char Separator = '|';

    /// <summary>Reads a key back.</summary>
    /// <param name="key">What <see cref="ToString"/> gave.</param>
    public static CrawlHostKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var at = key.IndexOf(Separator, StringComparison.Ordinal);
        return at > 0 ? new(key[..at], key[(at + 1)..]) : throw new ArgumentException($"'{key}' is not the key of an origin in a crawl.", nameof(key));
    }

    /// <summary>Gives the grain's key.</summary>
    public override string ToString() => $"{CrawlId}{Separator}{Origin}";
}
