using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>The cookies that one origin of a crawl was given, and the hosts its redirects led to: sent again as browsers do, and to nobody else.</summary>
/// <remarks>Not thread-safe: it lives in the turns of its grain. Bounded: the number of cookies, and the size of each.</remarks>
internal sealed class CookieJar
{
    /// <summary>How many cookies are kept.</summary>
    public const int MaxCookies = 50;

    /// <summary>How many characters the answer that sets one may use for it.</summary>
    public const int MaxLength = 4096;

    private CookieContainer _cookies = new(MaxCookies, MaxCookies, MaxLength);
    private string _sent = "";
    private bool _isChanged;

    /// <summary>Gives the header <c>Cookie</c> of a request; <see langword="null"/> if there is nothing to send.</summary>
    public string? HeaderFor(string href) =>
        _cookies.Count > 0 && CrawlUrl.Parse(href).TryToUri(out var uri) && _cookies.GetCookieHeader(uri) is { Length: > 0 } header ? header : null;

    /// <summary>Takes the <c>Set-Cookie</c> headers of an answer.</summary>
    /// <param name="href">What answered.</param>
    /// <param name="headers">The headers.</param>
    /// <returns>Whether further requests differ for that.</returns>
    public bool Take(string href, ImmutableArray<string> headers)
    {
        if (headers.IsEmpty || !CrawlUrl.Parse(href).TryToUri(out var uri)) return false;
        foreach (var header in headers) Set(uri, header);
        _isChanged = true;
        var before = _sent;
        _sent = Sent();
        return _sent != before;
    }

    /// <summary>Gives the cookies to store, if there was news since this was called last.</summary>
    public string? TakeChanged()
    {
        if (!_isChanged) return null;
        _isChanged = false;
        return string.Join('\n', All().Select(Write));
    }

    /// <summary>Takes back what <see cref="TakeChanged"/> gave.</summary>
    public void Restore(string? cookies)
    {
        _cookies = new(MaxCookies, MaxCookies, MaxLength);
        foreach (var line in cookies?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [])
            if (line.Split('\t') is [var place, var header] && Uri.TryCreate(place, UriKind.Absolute, out var uri))
                Set(uri, header);
        _sent = Sent();
    }

    private string Sent() => string.Join('\n', All().Select(static cookie => $"{cookie.Domain} {cookie.Path} {cookie.Name}={cookie.Value}"));

    private IOrderedEnumerable<Cookie> All() =>
        _cookies.GetAllCookies().OrderBy(static cookie => cookie.Domain, StringComparer.Ordinal).ThenBy(static cookie => cookie.Path, StringComparer.Ordinal).ThenBy(static cookie => cookie.Name, StringComparer.Ordinal);

    private void Set(Uri uri, string header)
    {
        // What is not plain text could not be sent back.
        if (header.Length > MaxLength || !Ascii.IsValid(header) || header.Any(char.IsControl)) return;
        try
        {
            _cookies.SetCookies(uri, header);
        }
        catch (CookieException)
        {
            // One that its host may not set, or that is malformed, is left out, as browsers do.
        }
    }

    /// <summary>Where a cookie is from, and the header that sets it: of a cookie for one host alone no domain is said.</summary>
    private string Write(Cookie cookie)
    {
        var host = cookie.Domain.TrimStart('.');
        StringBuilder text = new($"https://{host}{cookie.Path}\t{cookie.Name}={cookie.Value}; path={cookie.Path}");
        if (IsForSubdomains(cookie, host)) text.Append("; domain=").Append(cookie.Domain);
        if (cookie.Expires != default) text.Append("; expires=").Append(cookie.Expires.ToUniversalTime().ToString("R", CultureInfo.InvariantCulture));
        if (cookie.Secure) text.Append("; secure");
        return text.ToString();
    }

    /// <summary>A cookie does not say whether its domain was given or is its host's; what the container would send tells.</summary>
    private bool IsForSubdomains(Cookie cookie, string host) =>
        Uri.TryCreate($"https://sub.{host}{cookie.Path}", UriKind.Absolute, out var uri)
        && _cookies.GetCookies(uri).Any(sent => (sent.Name, sent.Domain, sent.Path) == (cookie.Name, cookie.Domain, cookie.Path));
}
