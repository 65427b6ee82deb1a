using System.Collections.Immutable;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>A robots.txt file as RFC 9309 reads it. Immutable.</summary>
internal sealed class RobotsRules
{
    private const string EveryRobot = "*";

    private readonly Dictionary<string, RobotsGroup> _groups;
    private readonly bool _normalize;
    private readonly bool _disallowAll;

    internal RobotsRules(Dictionary<string, RobotsGroup> groups, ImmutableArray<string> sitemaps, bool normalize, bool disallowAll = false)
    {
        _groups = groups;
        _normalize = normalize;
        _disallowAll = disallowAll;
        Sitemaps = sitemaps;
        foreach (var group in groups.Values) group.Freeze();
    }

    /// <summary>For a host without robots.txt.</summary>
    public static RobotsRules AllowAll { get; } = new([], [], normalize: true);

    /// <summary>For a host whose robots.txt cannot be had at the moment.</summary>
    public static RobotsRules DisallowAll { get; } = new([], [], normalize: true, disallowAll: true);

    /// <summary>The sitemaps the file names, as written.</summary>
    public ImmutableArray<string> Sitemaps { get; }

    /// <summary>Reads a file; what is beyond 500 KiB or makes no sense is skipped.</summary>
    /// <param name="text">Its bytes.</param>
    public static RobotsRules Parse(ReadOnlySpan<byte> text) => Parse(text, normalizePercentEncoding: true);

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="normalizePercentEncoding">
    /// Whether <c>/%7Ea</c> and <c>/~a</c> are one path, as RFC 9309 has it; without, paths are compared byte by byte.
    /// </param>
    public static RobotsRules Parse(ReadOnlySpan<byte> text, bool normalizePercentEncoding) => new RobotsParser(normalizePercentEncoding).Parse(text);

    /// <summary>The name a robot is addressed by, from what it sends as User-Agent.</summary>
    /// <param name="userAgent">Such as <c>ExampleBot/1.0 (+https://example.org/bot)</c>.</param>
    public static string ProductToken(string userAgent)
    {
        var end = userAgent.AsSpan().IndexOfAny("/ \t(");
        return end < 0 ? userAgent : userAgent[..end];
    }

    /// <summary>Decides about a URL.</summary>
    /// <param name="userAgentToken">The robot's product token, see <see cref="ProductToken"/>; case does not matter.</param>
    /// <param name="pathAndQuery">The URL's path and query, as it will be sent.</param>
    public RobotsVerdict Check(string userAgentToken, string pathAndQuery)
    {
        if (pathAndQuery is "/robots.txt") return new RobotsVerdict(true);
        if (_disallowAll) return new RobotsVerdict(false);
        if (Find(userAgentToken) is not { } group) return new RobotsVerdict(true);
        if (!pathAndQuery.StartsWith('/')) pathAndQuery = "/" + pathAndQuery;
        if (!Ascii.IsValid(pathAndQuery)) pathAndQuery = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(pathAndQuery));
        return group.Check(RobotsPattern.Normalize(pathAndQuery, _normalize));
    }

    /// <summary>The pause the file asks for between requests (not in RFC 9309, but widely used), or null.</summary>
    /// <param name="userAgentToken">The robot's product token.</param>
    public TimeSpan? CrawlDelay(string userAgentToken) => Find(userAgentToken)?.CrawlDelay;

    /// <summary>A robot that is named minds only what is said to it, even if that is nothing.</summary>
    private RobotsGroup? Find(string userAgentToken) =>
        userAgentToken != EveryRobot && _groups.TryGetValue(userAgentToken, out var own) ? own : _groups.GetValueOrDefault(EveryRobot);
}
