using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>The WHATWG URL parser for http and https, part by part instead of its character-wise state machine.</summary>
internal static class UrlParser
{
    private const int TypicalLength = 256;

    /// <summary>Parses text, relative to a base if there is one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="base">What a relative reference is resolved against; null if it must be absolute.</param>
    /// <param name="queryEncoding">The encoding of non-ASCII characters in the query; null means UTF-8.</param>
    /// <param name="url">The URL, or null.</param>
    public static UrlError Parse(ReadOnlySpan<char> text, CrawlUrl? @base, Encoding? queryEncoding, out CrawlUrl? url)
    {
        url = null;
        text = Clean(text);
        var scheme = ReadScheme(ref text);
        if (scheme == Scheme.Other) return UrlError.OtherScheme;
        if (scheme == Scheme.None && @base is null) return UrlError.NoScheme;

        var buffer = new UrlBuffer(stackalloc char[TypicalLength]);
        try
        {
            if (@base is null || (scheme != Scheme.None && (scheme == Scheme.Https) != @base.IsHttps))
                return WriteAbsolute(ref buffer, scheme == Scheme.Https, text, queryEncoding, out url);
            if (text.Length > 1 && IsSlash(text[0]) && IsSlash(text[1]))
                return WriteAbsolute(ref buffer, @base.IsHttps, text, queryEncoding, out url);
            url = text.IsEmpty ? @base : WriteRelative(ref buffer, @base, text, queryEncoding);
            return UrlError.None;
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static ReadOnlySpan<char> Clean(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty && text[0] <= ' ') text = text[1..];
        while (!text.IsEmpty && text[^1] <= ' ') text = text[..^1];
        if (text.ContainsAny('\t', '\n', '\r'))
            text = string.Concat(text.ToString().Split('\t', '\n', '\r'));
        // No part before the fragment can hold this sign, so it can be cut before anything else is known.
        var fragment = text.IndexOf('#');
        return fragment < 0 ? text : text[..fragment];
    }

    private static Scheme ReadScheme(ref ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter(text[0])) return Scheme.None;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '+' or '-' or '.') continue;
            if (text[i] != ':') return Scheme.None;
            var name = text[..i];
            text = text[(i + 1)..];
            return name.Equals("http", StringComparison.OrdinalIgnoreCase) ? Scheme.Http
                : name.Equals("https", StringComparison.OrdinalIgnoreCase) ? Scheme.Https
                : Scheme.Other;
        }
        return Scheme.None;
    }

    private static CrawlUrl WriteRelative(ref UrlBuffer buffer, CrawlUrl @base, ReadOnlySpan<char> text, Encoding? queryEncoding)
    {
        var at = @base.Offsets;
        var kept = text[0] == '?' ? at.Query
            : IsSlash(text[0]) ? at.Path
            : at.Path + @base.Path.LastIndexOf('/') + 1;
        buffer.Append(@base.Href.AsSpan(0, kept));
        if (text[0] != '?') text = text[WritePath(ref buffer, at.Path, text)..];
        var query = buffer.Length;
        WriteQuery(ref buffer, text, queryEncoding);
        return new CrawlUrl(buffer.Written.ToString(), at with { Query = query }, @base);
    }

    private static UrlError WriteAbsolute(ref UrlBuffer buffer, bool isHttps, ReadOnlySpan<char> text, Encoding? queryEncoding, out CrawlUrl? url)
    {
        url = null;
        text = text.TrimStart("/\\");
        var end = text.IndexOfAny('/', '\\', '?');
        var authority = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[end..];

        buffer.Append(isHttps ? "https://" : "http://");
        authority = authority[WriteUserInfo(ref buffer, authority)..];
        var host = authority;
        var bracket = authority.StartsWith('[') ? authority.IndexOf(']') : -1;
        var colon = authority[(bracket + 1)..].IndexOf(':');
        if (colon >= 0) host = authority[..(bracket + 1 + colon)];
        if (host.IsEmpty) return UrlError.NoHost;

        var hostStart = buffer.Length;
        var error = UrlHost.Write(ref buffer, host);
        if (error != UrlError.None) return error;
        var hostEnd = buffer.Length;

        var ownPort = isHttps ? 443 : 80;
        var port = ownPort;
        if (colon >= 0 && !TryPort(authority[(host.Length + 1)..], ref port)) return UrlError.BadPort;
        if (port != ownPort)
        {
            buffer.Append(':');
            buffer.AppendNumber(port);
        }

        var path = buffer.Length;
        text = text[WritePath(ref buffer, path, text)..];
        var query = buffer.Length;
        WriteQuery(ref buffer, text, queryEncoding);
        url = new CrawlUrl(buffer.Written.ToString(), new UrlOffsets(hostStart, hostEnd, path, query, port));
        return UrlError.None;
    }

    /// <summary>Appends user name and password.</summary>
    /// <returns>Where the host begins in the authority.</returns>
    private static int WriteUserInfo(ref UrlBuffer buffer, ReadOnlySpan<char> authority)
    {
        var at = authority.LastIndexOf('@');
        if (at < 0) return 0;
        var user = authority[..at];
        var colon = user.IndexOf(':');
        var password = colon < 0 ? [] : user[(colon + 1)..];
        if (colon >= 0) user = user[..colon];
        if (user.IsEmpty && password.IsEmpty) return at + 1;

        PercentEncoding.Append(ref buffer, user, PercentEncoding.UserInfo);
        if (!password.IsEmpty)
        {
            buffer.Append(':');
            PercentEncoding.Append(ref buffer, password, PercentEncoding.UserInfo);
        }
        buffer.Append('@');
        return at + 1;
    }

    private static bool TryPort(ReadOnlySpan<char> digits, ref int port)
    {
        if (digits.IsEmpty) return true;
        var value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit)) return false;
            value = (value * 10) + (digit - '0');
            if (value > ushort.MaxValue) return false;
        }
        port = value;
        return true;
    }

    /// <summary>Appends a path up to the query, resolving dot segments against what the buffer already holds of it.</summary>
    /// <returns>Where the query begins in the text.</returns>
    private static int WritePath(ref UrlBuffer buffer, int pathStart, ReadOnlySpan<char> text)
    {
        if (buffer.Length == pathStart) buffer.Append('/');
        var next = !text.IsEmpty && IsSlash(text[0]) ? 1 : 0;
        while (true)
        {
            var rest = text[next..];
            var end = rest.IndexOfAny('/', '\\', '?');
            var segment = end < 0 ? rest : rest[..end];
            var goesOn = end >= 0 && rest[end] != '?';
            switch (CountDots(segment))
            {
                case 1:
                    break;
                case 2:
                    DropLastSegment(ref buffer, pathStart);
                    break;
                default:
                    PercentEncoding.Append(ref buffer, segment, PercentEncoding.Path);
                    if (goesOn) buffer.Append('/');
                    break;
            }
            next += segment.Length;
            if (!goesOn) return next;
            next++;
        }
    }

    private static void DropLastSegment(ref UrlBuffer buffer, int pathStart)
    {
        var parent = buffer.Written[pathStart..^1].LastIndexOf('/');
        buffer.Truncate(pathStart + Math.Max(parent, 0) + 1);
    }

    private static void WriteQuery(ref UrlBuffer buffer, ReadOnlySpan<char> text, Encoding? queryEncoding)
    {
        if (!text.IsEmpty) PercentEncoding.Append(ref buffer, text, PercentEncoding.Query, queryEncoding);
    }

    /// <summary>1 or 2 for a segment of that many dots, each plain or as <c>%2e</c>; 0 for any other.</summary>
    private static int CountDots(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty || segment[0] is not ('.' or '%')) return 0;
        var dots = 0;
        for (; !segment.IsEmpty && dots < 3; dots++)
        {
            if (segment[0] == '.') segment = segment[1..];
            else if (segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase)) segment = segment[3..];
            else return 0;
        }
        return dots < 3 ? dots : 0;
    }

    private static bool IsSlash(char value) => value is '/' or '\\';

    private enum Scheme
    {
        None,
        Http,
        Https,
        Other,
    }
}
