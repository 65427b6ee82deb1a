namespace OrleansAsync.Crawling;

/// <summary>Origins of canonical URLs, without parsing them again.</summary>
internal static class Origins
{
    /// <summary>Whether a canonical URL belongs to an origin.</summary>
    public static bool Contains(string origin, string href) =>
        href.Length > origin.Length && href[origin.Length] == '/' && href.StartsWith(origin, StringComparison.Ordinal);

    /// <summary>The origin of a canonical URL.</summary>
    public static string Of(string href)
    {
        var authority = href.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = href.IndexOf('/', authority);
        // Credentials are no part of an origin.
        return end < 0 || href.AsSpan(authority, end - authority).Contains('@') ? CrawlUrl.Parse(href).Origin : href[..end];
    }
}
