using System.Buffers;

namespace OrleansAsync.Crawling;

/// <summary>The path of one robots.txt rule: literal pieces with <c>*</c> between them, perhaps tied to the end by <c>$</c>.</summary>
internal sealed class RobotsPattern
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private static readonly SearchValues<char> Decodable = SearchValues.Create(Unreserved);
    private static readonly SearchValues<char> Kept = SearchValues.Create(Unreserved + ":/?#[]@!&'()+,;=%");

    private readonly string[] _pieces;
    private readonly bool _anchored;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="octets">The rule's value, a character per byte of the file.</param>
    /// <param name="normalize">Whether percent-encoded and plain forms of one character are the same.</param>
    public RobotsPattern(ReadOnlySpan<char> octets, bool normalize)
    {
        _anchored = octets.EndsWith('$');
        if (_anchored) octets = octets[..^1];
        _pieces = octets.ToString().Split('*');
        for (var i = 0; i < _pieces.Length; i++) _pieces[i] = Normalize(_pieces[i], normalize);
        Length = _pieces.Sum(piece => piece.Length) + _pieces.Length - 1 + (_anchored ? 1 : 0);
    }

    /// <summary>How specific the rule is: the octets of its normal form.</summary>
    public int Length { get; }

    /// <summary>Whether a path matches, taking each piece where it first occurs: that never needs a second try.</summary>
    /// <param name="path">Path and query in the same normal form.</param>
    public bool Matches(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith(_pieces[0])) return false;
        path = path[_pieces[0].Length..];
        if (_pieces.Length == 1) return !_anchored || path.IsEmpty;
        var last = _pieces.Length - 1;
        for (var i = 1; i < last + (_anchored ? 0 : 1); i++)
        {
            var at = path.IndexOf(_pieces[i]);
            if (at < 0) return false;
            path = path[(at + _pieces[i].Length)..];
        }
        return !_anchored || path.EndsWith(_pieces[last]);
    }

    /// <summary>Brings octets to the form in which they are compared.</summary>
    /// <param name="octets">A character per byte.</param>
    /// <param name="normalize">Whether to follow RFC 9309 (2.2.2) in full, not only to encode what is not ASCII.</param>
    public static string Normalize(string octets, bool normalize)
    {
        if (!NeedsWork(octets, normalize)) return octets;
        var buffer = new UrlBuffer(stackalloc char[256]);
        for (var i = 0; i < octets.Length; i++)
        {
            var octet = octets[i];
            if (octet == '%' && i + 2 < octets.Length && PercentEncoding.TryHex(octets[i + 1], octets[i + 2], out var value))
            {
                if (normalize && Decodable.Contains((char)value)) buffer.Append((char)value);
                else PercentEncoding.AppendByte(ref buffer, value);
                i += 2;
            }
            else if (octet > '~' || (normalize && !Kept.Contains(octet)))
            {
                // A star or dollar sign in a URL is no wildcard: encoded, only an encoded one in a rule equals it.
                PercentEncoding.AppendByte(ref buffer, (byte)octet);
            }
            else
            {
                buffer.Append(octet);
            }
        }
        var text = buffer.Written.ToString();
        buffer.Dispose();
        return text;
    }

    private static bool NeedsWork(string octets, bool normalize) =>
        octets.Contains('%', StringComparison.Ordinal) || (normalize ? octets.AsSpan().ContainsAnyExcept(Kept) : octets.AsSpan().ContainsAnyExceptInRange('\0', '~'));
}
