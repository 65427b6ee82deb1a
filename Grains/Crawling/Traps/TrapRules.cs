using System.Globalization;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Finds what in a URL looks endless. It knows URLs alone; how many there were is counted by <see cref="TrapGuard"/>.</summary>
internal static class TrapRules
{
    // Beyond, a path is refused for its depth, unless that is unlimited.
    private const int MaxSegments = 256;

    private static readonly HashSet<string> SessionNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "sid", "sessid", "sessionid", "session_id", "phpsessid", "jsessionid", "aspsessionid", "cfid", "cftoken", "oscsid", "zenid",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Sessions = SessionNames.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Finds the rules a URL falls under; those that it breaks alone first.</summary>
    /// <param name="href">The URL.</param>
    /// <param name="depth">How many links it is away from a seed.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="found">Where they are added.</param>
    public static void Find(string href, int depth, TrapLimits limits, List<TrapSuspicion> found)
    {
        var target = Target(href);
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (href.Length > limits.Length) found.Add(Alone(TrapRule.Length));
        if (limits.Depth is { } deepest && Segments(path) > deepest) found.Add(Alone(TrapRule.Depth));
        if (limits.Repeats is { } repeats && Repeats(path, repeats)) found.Add(Alone(TrapRule.Repeats));
        if (limits.Sessions is { } sessions && WithoutSession(target) is { } rest) found.Add(Alike(TrapRule.Sessions, rest, sessions));
        if (limits.Queries is { } queries && query >= 0 && target[query..].Contains('&')) found.Add(Alike(TrapRule.Queries, path.ToString(), queries));
        if (limits.Endless is { } endless && depth > TrapLimits.EndlessFrom) found.Add(Alike(TrapRule.Endless, WithoutNumbers(path[..(path.LastIndexOf('/') + 1)]), endless));
    }

    /// <summary>What URLs have in common that differ only in numbers or in their query; <see langword="null"/> for a URL without either.</summary>
    public static UrlHash? Pattern(string href)
    {
        var target = Target(href);
        var query = target.IndexOf('?');
        if (query < 0 && !target.ContainsAnyInRange('0', '9')) return null;
        return UrlHash.Of(query < 0 ? WithoutNumbers(target) : WithoutNumbers(target[..query]) + "?");
    }

    /// <summary>Says in a record why a URL was left out.</summary>
    public static string Describe(TrapRule rule, TrapLimits limits) => rule switch
    {
        TrapRule.Length => Text($"URL of more than {limits.Length} characters (see --traps length)"),
        TrapRule.Depth => Text($"path of more than {limits.Depth} segments (see --traps depth)"),
        TrapRule.Repeats => Text($"path with one segment more than {limits.Repeats} times (see --traps repeats)"),
        TrapRule.Queries => Text($"more than {limits.Queries} different queries of one path (see --traps queries)"),
        TrapRule.Endless => Text($"more than {limits.Endless} URLs of one folder, each more than {TrapLimits.EndlessFrom} links away (see --traps endless)"),
        TrapRule.Sessions => Text($"more than {limits.Sessions} URLs that differ in a session id alone (see --traps sessions)"),
        _ => Text($"more than {limits.Same} such pages have the same content (see --traps same)"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static TrapSuspicion Alone(TrapRule rule) => new(new TrapKey(rule, default), 0);

    private static TrapSuspicion Alike(TrapRule rule, string pattern, int limit) => new(new TrapKey(rule, UrlHash.Of(pattern)), limit);

    /// <summary>Path and query of a canonical URL.</summary>
    private static ReadOnlySpan<char> Target(string href) => href.AsSpan(href.IndexOf('/', href.IndexOf("//", StringComparison.Ordinal) + 2));

    /// <summary>A slash at the end begins no further segment.</summary>
    private static int Segments(ReadOnlySpan<char> path) => path.Count('/') - (path.EndsWith('/') ? 1 : 0);

    private static bool Repeats(ReadOnlySpan<char> path, int limit)
    {
        if (Segments(path) <= limit) return false;
        Span<Range> ranges = stackalloc Range[MaxSegments];
        path = path[1..];
        var segments = ranges[..path.Split(ranges, '/')];
        if (path.EndsWith('/')) segments = segments[..^1];
        for (var first = 0; first < segments.Length - limit; first++)
        {
            var segment = path[segments[first]];
            // /2024/01/01/01 is a date.
            if (!segment.IsEmpty && !segment.ContainsAnyExceptInRange('0', '9')) continue;
            var count = 0;
            foreach (var other in segments[first..])
                if (path[other].SequenceEqual(segment) && ++count > limit)
                    return true;
        }

        return false;
    }

    /// <summary>Path and query without session ids; <see langword="null"/> if there are none.</summary>
    private static string? WithoutSession(ReadOnlySpan<char> target)
    {
        if (!target.ContainsAny('?', ';')) return null;
        StringBuilder rest = new(target.Length);
        var whole = target.Length;
        // A parameter stands behind one of these, and ends before the next.
        for (ReadOnlySpan<char> piece; !target.IsEmpty; target = target[piece.Length..])
        {
            var next = target[1..].IndexOfAny("?&;/");
            piece = next < 0 ? target : target[..(next + 1)];
            if (piece[0] == '/' || !Sessions.Contains(Name(piece[1..]))) rest.Append(piece);
        }

        return rest.Length < whole ? rest.ToString() : null;

        static ReadOnlySpan<char> Name(ReadOnlySpan<char> parameter) => parameter.IndexOf('=') is var end and >= 0 ? parameter[..end] : parameter;
    }

    private static string WithoutNumbers(ReadOnlySpan<char> text)
    {
        StringBuilder rest = new(text.Length);
        foreach (var c in text)
            if (!char.IsAsciiDigit(c)) rest.Append(c);
            else if (rest.Length == 0 || rest[^1] != '0') rest.Append('0');
        return rest.ToString();
    }
}
