using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Reads from an answer's headers what a crawl needs, forgiving what servers get wrong.</summary>
internal static class AnswerHeaders
{
    private const int MaxValidator = 1024;

    public static string? ContentType(HttpResponseMessage response) => Raw(response.Content.Headers, "Content-Type");

    /// <summary>A content type in lower case without its parameters.</summary>
    public static string? MediaType(string? contentType)
    {
        var end = contentType.AsSpan().IndexOfAny(';', ',');
        var type = (end < 0 ? contentType : contentType![..end])?.Trim().ToLowerInvariant();
        return type is "" ? null : type;
    }

    /// <summary>As sent; of this header .NET reads what is UTF-8 as such, and the rest as Latin-1.</summary>
    public static string? Location(HttpResponseMessage response) => Raw(response.Headers, "Location");

    /// <summary>Whether an answer says twice, and differently, how long it is: where it ends is then anybody's guess (RFC 9112, 6.3).</summary>
    public static bool HasConflictingLengths(HttpResponseMessage response)
    {
        // Chunks tell their end themselves.
        if (response.Headers.TransferEncodingChunked == true || !response.Content.Headers.NonValidated.TryGetValues("Content-Length", out var values)) return false;
        return values.SelectMany(static value => value.Split(',')).Select(static value => value.Trim()).Distinct(StringComparer.Ordinal).Count() > 1;
    }

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider)
    {
        if (response.Headers.RetryAfter is not { } header) return null;
        var wait = header.Delta ?? header.Date - timeProvider.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>How much longer the answer may be used by its <c>Cache-Control</c>, if that says anything; zero if it may not be kept.</summary>
    public static TimeSpan? MaxAge(HttpResponseMessage response)
    {
        if (response.Headers.CacheControl is not { } control) return null;
        if (control.NoStore || control.NoCache) return TimeSpan.Zero;
        var left = control.MaxAge - (response.Headers.Age ?? TimeSpan.Zero);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }

    /// <summary>Whether an X-Robots-Tag for everyone, or for this agent by name, says nofollow or none.</summary>
    public static bool NoFollow(HttpResponseMessage response, string userAgent)
    {
        if (!response.Headers.NonValidated.TryGetValues("X-Robots-Tag", out var values)) return false;
        var end = userAgent.AsSpan().IndexOfAny("/ (");
        var product = end < 0 ? userAgent : userAgent[..end];
        foreach (var value in values)
        {
            var concerns = true;
            foreach (var part in value.Split(','))
            {
                var rule = part.AsSpan().Trim();
                // "name: rule" turns to one agent; the rules after it are for the same one. A rule with a value has a colon too, but is not of interest.
                if (rule.IndexOf(':') is var colon and > 0)
                {
                    concerns = rule[..colon].Trim().Equals(product, StringComparison.OrdinalIgnoreCase);
                    rule = rule[(colon + 1)..].Trim();
                }

                if (concerns && (rule.Equals("nofollow", StringComparison.OrdinalIgnoreCase) || rule.Equals("none", StringComparison.OrdinalIgnoreCase)))
                    return true;
            }
        }

        return false;
    }

    /// <summary>As sent; <see langword="null"/> if it could not be sent back.</summary>
    public static string? Etag(HttpResponseMessage response) => Returnable(Raw(response.Headers, "ETag"));

    /// <summary>As sent; <see langword="null"/> if it could not be sent back.</summary>
    public static string? LastModified(HttpResponseMessage response) => Returnable(Raw(response.Content.Headers, "Last-Modified"));

    /// <summary>At most as many as are kept.</summary>
    public static ImmutableArray<string> SetCookies(HttpResponseMessage response) => response.Headers.NonValidated.TryGetValues("Set-Cookie", out var values)
        ? [.. values.Where(static value => value.Length <= CookieJar.MaxLength).Take(CookieJar.MaxCookies)]
        : [];

    private static string? Returnable(string? value) => value is { Length: > 0 and <= MaxValidator } && Ascii.IsValid(value) && !value.Any(char.IsControl) ? value : null;

    private static string? Raw(HttpHeaders headers, string name)
    {
        if (!headers.NonValidated.TryGetValues(name, out var values)) return null;
        foreach (var value in values) return value;
        return null;
    }
}
