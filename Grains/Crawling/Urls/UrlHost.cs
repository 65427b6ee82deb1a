using System.Buffers;

namespace OrleansAsync.Crawling;

/// <summary>The WHATWG host parser and serializer: domain, IPv4 in all its spellings, IPv6.</summary>
internal static class UrlHost
{
    private const string Forbidden = " #%/:<>?@[\\]^|";

    private static readonly SearchValues<char> Domain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => !Forbidden.Contains(c, StringComparison.Ordinal))]);

    /// <summary>Appends a host in canonical form.</summary>
    /// <param name="buffer">The URL being written.</param>
    /// <param name="text">The host as written, not empty.</param>
    public static UrlError Write(ref UrlBuffer buffer, ReadOnlySpan<char> text)
    {
        if (text[0] == '[')
            return text[^1] == ']' && Ipv6Host.Write(ref buffer, text[1..^1]) ? UrlError.None : UrlError.BadAddress;
        if (text.ContainsAnyExcept(Domain))
        {
            if (Idna.ToAscii(PercentEncoding.Decode(text)) is not { } ascii || ascii.AsSpan().ContainsAnyExcept(Domain)) return UrlError.BadHost;
            if (ascii.Length == 0) return UrlError.NoHost;
            text = ascii;
        }
        if (EndsInNumber(text)) return Ipv4Host.Write(ref buffer, text) ? UrlError.None : UrlError.BadAddress;
        buffer.AppendLower(text);
        return UrlError.None;
    }

    /// <summary>Whether the last label makes this an IPv4 address or nothing.</summary>
    private static bool EndsInNumber(ReadOnlySpan<char> text)
    {
        if (text[^1] == '.') text = text[..^1];
        var last = text[(text.LastIndexOf('.') + 1)..];
        return !last.IsEmpty && char.IsAsciiDigit(last[0]) && (!last.ContainsAnyExceptInRange('0', '9') || Ipv4Host.TryNumber(last, out _));
    }
}
