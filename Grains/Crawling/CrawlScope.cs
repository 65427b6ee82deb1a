using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrleansAsync.Crawling;

/// <summary>Which links a crawl follows. Seeds are not asked: they are fetched because they were given.</summary>
/// <remarks>The cost of a question does not depend on the number of seeds. Immutable.</remarks>
internal sealed class CrawlScope
{
    // Patterns come from people and are applied to what strangers write: matching must take linear time.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly ScopeKind _kind;
    private readonly HashSet<string> _inside = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Regex[] _includes;
    private readonly Regex[] _excludes;

    private CrawlScope(ScopeKind kind, IEnumerable<CrawlUrl> seeds, Regex[] includes, Regex[] excludes)
    {
        _kind = kind;
        _includes = includes;
        _excludes = excludes;
        _bySpan = _inside.GetAlternateLookup<ReadOnlySpan<char>>();
        if (kind == ScopeKind.Any) return;
        foreach (var seed in seeds) _inside.Add(Extent(seed));
    }

    /// <summary>Makes a scope.</summary>
    /// <param name="kind">How far from the seeds.</param>
    /// <param name="seeds">Where the crawl begins.</param>
    /// <param name="includes">Regular expressions of which a link's URL must match one; none means all.</param>
    /// <param name="excludes">Regular expressions of which it must match none.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="reason">Which expression is invalid and why, in one line.</param>
    public static bool TryCreate(
        ScopeKind kind,
        IEnumerable<CrawlUrl> seeds,
        IEnumerable<string> includes,
        IEnumerable<string> excludes,
        [NotNullWhen(true)] out CrawlScope? scope,
        [NotNullWhen(false)] out string? reason)
    {
        scope = null;
        if (!TryCompile(includes, out var included, out reason) || !TryCompile(excludes, out var excluded, out reason)) return false;
        scope = new CrawlScope(kind, seeds, included, excluded);
        return true;
    }

    /// <summary>Whether a link, or the target of a redirect, is to be fetched.</summary>
    /// <param name="url">Its URL.</param>
    public bool Contains(CrawlUrl url) => IsNear(url) && !MatchesAny(_excludes, url) && (_includes.Length == 0 || MatchesAny(_includes, url));

    private string Extent(CrawlUrl seed) => _kind switch
    {
        ScopeKind.Host => seed.Origin,
        ScopeKind.Prefix => string.Concat(seed.Origin, Directory(seed.Path)),
        _ => WithoutWww(seed.Host.TrimEnd('.')),
    };

    private bool IsNear(CrawlUrl url) => _kind switch
    {
        ScopeKind.Any => true,
        ScopeKind.Host => _inside.Contains(url.Origin),
        ScopeKind.Prefix => IsBelow(url),
        _ => IsSubdomain(url.Host.AsSpan().TrimEnd('.')),
    };

    private bool IsSubdomain(ReadOnlySpan<char> host)
    {
        if (_bySpan.Contains(host)) return true;
        // Parts of an address are no domains.
        if (host.EndsWith(']') || char.IsAsciiDigit(host[^1])) return false;
        for (int dot; (dot = host.IndexOf('.')) >= 0;)
        {
            host = host[(dot + 1)..];
            if (_bySpan.Contains(host)) return true;
        }
        return false;
    }

    private bool IsBelow(CrawlUrl url)
    {
        var text = url.UserInfo is null ? url.Href.AsSpan() : string.Concat(url.Origin, url.PathAndQuery);
        var directory = text[..(url.Origin.Length + url.Path.LastIndexOf('/') + 1)];
        while (directory.Length > url.Origin.Length)
        {
            if (_bySpan.Contains(directory)) return true;
            directory = directory[..(directory[..^1].LastIndexOf('/') + 1)];
        }
        return false;
    }

    private static ReadOnlySpan<char> Directory(ReadOnlySpan<char> path) => path[..(path.LastIndexOf('/') + 1)];

    private static string WithoutWww(string host) =>
        host.StartsWith("www.", StringComparison.Ordinal) && host.IndexOf('.', 4) > 0 ? host[4..] : host;

    private static bool MatchesAny(Regex[] expressions, CrawlUrl url)
    {
        foreach (var expression in expressions)
        {
            if (expression.IsMatch(url.Href)) return true;
        }
        return false;
    }

    private static bool TryCompile(IEnumerable<string> patterns, out Regex[] expressions, [NotNullWhen(false)] out string? reason)
    {
        var compiled = new List<Regex>();
        reason = null;
        foreach (var pattern in patterns)
        {
            try
            {
                compiled.Add(new Regex(pattern, Linear));
            }
            catch (Exception error) when (error is ArgumentException or NotSupportedException)
            {
                var remedy = error is NotSupportedException ? "lookarounds and back-references cannot be used here" : error.Message;
                reason = $"'{pattern}' is not a usable regular expression: {remedy}";
            }
        }
        expressions = [.. compiled];
        return reason is null;
    }
}
