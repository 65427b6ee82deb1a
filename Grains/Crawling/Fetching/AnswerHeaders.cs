using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Reads from an answer's headers what a crawl needs, forgiving what servers get wrong.</summary>
internal static class AnswerHeaders
{
    private const int MaxValidator = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static string? ContentType(HttpResponseMessage response) => Raw(response.Content.Headers, "Content-Type");

    /// <summary>A content type in lower case without its parameters.</summary>
    public static string? MediaType(string? contentType)
    {
        var end = contentType.AsSpan().IndexOfAny(';', ',');
        var type = (end < 0 ? contentType : contentType![..end])?.Trim().ToLowerInvariant();
        return type is "" ? null : type;
    }

    /// <summary>As sent. Header bytes arrive as Latin-1 characters; many servers send UTF-8.</summary>
    public static string? Location(HttpResponseMessage response)
    {
        if (Raw(response.Headers, "Location") is not { } text) return null;
        if (Ascii.IsValid(text)) return text;
        try
        {
            return StrictUtf8.GetString(Encoding.Latin1.GetBytes(text));
        }
        catch (DecoderFallbackException)
        {
            return text;
        }
    }

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider timeProvider)
    {
        if (response.Headers.RetryAfter is not { } header) return null;
        var wait = header.Delta ?? header.Date - timeProvider.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
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
