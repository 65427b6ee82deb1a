using System.Net;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Builds the request for one hop.</summary>
internal static class FetchMessage
{
    private const string Accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    public static HttpRequestMessage Create(FetchRequest request, CrawlUrl url)
    {
        // A proxy would connect in our place, out of the guard's sight; an address written out can be judged here already.
        if (AddressRules.TryLiteral(url.Host, out var address) && !AddressRules.Permits(request.Permitted, address))
            throw GuardedConnector.Refused(address);

        // With "or lower" TLS negotiates HTTP/2 or 1.1 and plain text stays 1.1. Never HTTP/3: it would connect past the guard.
        var message = new HttpRequestMessage(HttpMethod.Get, url.ToUri())
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        Set(message, "User-Agent", request.UserAgent);
        Set(message, "Accept", Accept);
        Set(message, "Accept-Encoding", ContentDecoding.Accepted);
        if (url.UserInfo is { Length: > 0 } user)
            Set(message, "Authorization", Basic(user));

        var isHome = url.Origin == request.Url.Origin;
        if (isHome && request.Cookies is { } cookies) Set(message, "Cookie", cookies);
        if (isHome && request.IfNoneMatch is { } etag) Set(message, "If-None-Match", etag);
        if (isHome && request.IfModifiedSince is { } modified) Set(message, "If-Modified-Since", modified);
        foreach (var (name, value) in request.Headers)
            if (isHome || IsHarmless(name))
                Set(message, name, value);
        return message;
    }

    /// <summary>The header <c>Authorization</c> of a user name and password as they stand in a URL (RFC 7617).</summary>
    public static string Basic(string userInfo) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials(userInfo)));

    /// <summary>Whether a header can be no secret, so that everybody may have it.</summary>
    public static bool IsHarmless(string name) =>
        name.Equals("Accept", StringComparison.OrdinalIgnoreCase) ||
        name.Equals("Accept-Language", StringComparison.OrdinalIgnoreCase) ||
        name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase);

    private static void Set(HttpRequestMessage message, string name, string value)
    {
        message.Headers.Remove(name);
        message.Headers.TryAddWithoutValidation(name, value);
    }

    private static string Credentials(string userInfo)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? Uri.UnescapeDataString(userInfo) + ":"
            : Uri.UnescapeDataString(userInfo[..colon]) + ":" + Uri.UnescapeDataString(userInfo[(colon + 1)..]);
    }
}
