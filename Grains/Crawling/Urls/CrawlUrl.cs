using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>An absolute http or https URL in its WHATWG serialization, without fragment: what a crawl stores, compares, prints and requests.</summary>
/// <remarks>
/// One string and a few offsets into it: a crawl holds many. What browsers accept is accepted, and what they leave alone
/// (<c>%7E</c>, a lone <c>%</c>, <c>|</c>) is left alone, so that a server gets the bytes a browser would send.
/// </remarks>
internal sealed class CrawlUrl : IEquatable<CrawlUrl>
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly UrlOffsets _at;
    private string? _origin;
    private string? _host;
    private string? _pathAndQuery;

    internal CrawlUrl(string href, UrlOffsets offsets, CrawlUrl? sameAuthorityAs = null)
    {
        Href = href;
        _at = offsets;
        // Most links of a page stay on its host: they share the strings grains are found by.
        _origin = sameAuthorityAs?._origin;
        _host = sameAuthorityAs?._host;
    }

    /// <summary>The canonical text, without fragment; credentials, if the URL has any, included.</summary>
    public string Href { get; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme => IsHttps ? "https" : "http";

    /// <summary>Whether the scheme is https.</summary>
    public bool IsHttps => Href[4] == 's';

    /// <summary>Scheme, host and, unless it is the scheme's own, port: <c>https://example.org</c>.</summary>
    public string Origin => _origin ??= UserInfo is null ? Href[.._at.Path] : $"{Scheme}://{Href.AsSpan(_at.Host, _at.Path - _at.Host)}";

    /// <summary>The host: lower case, punycode, canonical IPv4, or IPv6 in brackets.</summary>
    public string Host => _host ??= Href[_at.Host.._at.HostEnd];

    /// <summary>The port to connect to, the scheme's own where the URL names none; 0 to 65535.</summary>
    public int Port => _at.Port;

    /// <summary>The path, starting with a slash.</summary>
    public ReadOnlySpan<char> Path => Href.AsSpan(_at.Path, _at.Query - _at.Path);

    /// <summary>The query with its question mark, or nothing; a lone <c>?</c> is kept as browsers keep it.</summary>
    public ReadOnlySpan<char> Query => Href.AsSpan(_at.Query);

    /// <summary>Path and query: the request target to send as it stands.</summary>
    public string PathAndQuery => _pathAndQuery ??= Href[_at.Path..];

    /// <summary>User name and password as written in the URL (percent-encoded, separated by a colon), or null.</summary>
    public string? UserInfo
    {
        get
        {
            var start = Scheme.Length + "://".Length;
            return start == _at.Host ? null : Href[start..(_at.Host - 1)];
        }
    }

    internal UrlOffsets Offsets => _at;

    /// <summary>Parses an absolute URL.</summary>
    /// <param name="text">The text as a person or a server wrote it; blanks around it, tabs and newlines in it and a fragment are dropped.</param>
    /// <param name="url">The URL.</param>
    /// <param name="reason">Why it is none, as one line that can follow the text: <c>"it has no scheme; …"</c>.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CrawlUrl? url, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        var error = UrlParser.Parse(text, null, null, out url);
        reason = url is null ? error.Describe() : null;
        return url is not null;
    }

    /// <summary>Parses an absolute URL that is known to be one, such as a stored <see cref="Href"/>.</summary>
    /// <param name="text">The URL.</param>
    /// <exception cref="FormatException">The text is no http or https URL.</exception>
    public static CrawlUrl Parse(string text) =>
        TryParse(text, out var url, out var reason) ? url : throw new FormatException($"'{text}' is not a URL that can be fetched: {reason}.");

    /// <summary>Resolves a reference, as found in a link or a Location header, against this URL.</summary>
    /// <param name="reference">The reference; empty means this URL.</param>
    /// <param name="url">The absolute URL.</param>
    /// <param name="queryEncoding">The encoding of the document the reference stands in: browsers write non-ASCII characters of a query in it. Null means UTF-8.</param>
    /// <returns>False for what cannot be fetched: another scheme (<c>mailto:</c>), an invalid host or port.</returns>
    public bool TryResolve(ReadOnlySpan<char> reference, [NotNullWhen(true)] out CrawlUrl? url, Encoding? queryEncoding = null)
    {
        UrlParser.Parse(reference, this, queryEncoding, out url);
        return url is not null;
    }

    /// <summary>The same URL for <see cref="HttpClient"/>, which then sends <see cref="PathAndQuery"/> untouched.</summary>
    /// <exception cref="UriFormatException">The host is one that browsers allow and <see cref="Uri"/> does not, see <see cref="TryToUri"/>.</exception>
    public Uri ToUri() => new(Href, Verbatim);

    /// <summary>The same URL for <see cref="HttpClient"/>, unless its host is one of the few that browsers allow and <see cref="Uri"/> does not.</summary>
    /// <param name="uri">The URL; null for hosts such as <c>a..b</c> or <c>a*b</c>, which no name server knows either.</param>
    public bool TryToUri([NotNullWhen(true)] out Uri? uri) => Uri.TryCreate(Href, Verbatim, out uri);

    /// <inheritdoc/>
    public bool Equals(CrawlUrl? other) => other is not null && Href == other.Href;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CrawlUrl);

    /// <inheritdoc/>
    public override int GetHashCode() => Href.GetHashCode(StringComparison.Ordinal);

    /// <summary>Returns <see cref="Href"/>.</summary>
    public override string ToString() => Href;
}
