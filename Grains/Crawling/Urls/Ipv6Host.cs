namespace OrleansAsync.Crawling;

/// <summary>IPv6 addresses: read as the URL standard says, written as RFC 5952 says.</summary>
internal static class Ipv6Host
{
    private const int Pieces = 8;

    /// <summary>Appends an address in brackets.</summary>
    /// <param name="buffer">The URL being written.</param>
    /// <param name="text">The address without brackets.</param>
    /// <returns>False if it is none.</returns>
    public static bool Write(ref UrlBuffer buffer, ReadOnlySpan<char> text)
    {
        Span<ushort> pieces = stackalloc ushort[Pieces];
        if (!TryParse(text, pieces)) return false;

        var (gap, gapLength) = LongestZeros(pieces);
        buffer.Append('[');
        for (var i = 0; i < Pieces; i++)
        {
            if (i == gap)
            {
                buffer.Append(i == 0 ? "::" : ":");
                i += gapLength - 1;
                continue;
            }
            buffer.AppendHex(pieces[i]);
            if (i < Pieces - 1) buffer.Append(':');
        }
        buffer.Append(']');
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, Span<ushort> pieces)
    {
        int count = 0, gap = -1;
        if (text.StartsWith(':'))
        {
            if (!text.StartsWith("::")) return false;
            gap = 0;
            text = text[2..];
        }
        while (!text.IsEmpty)
        {
            if (count == Pieces) return false;
            if (text[0] == ':')
            {
                if (gap >= 0) return false;
                gap = count;
                text = text[1..];
                continue;
            }
            var digits = 0;
            var value = 0;
            for (; digits < 4 && digits < text.Length && char.IsAsciiHexDigit(text[digits]); digits++)
                value = (value << 4) | PercentEncoding.HexDigit(text[digits]);
            if (digits < text.Length && text[digits] == '.')
            {
                if (digits == 0 || count > Pieces - 2 || !TryDotted(text, pieces[count..])) return false;
                count += 2;
                break;
            }
            pieces[count++] = (ushort)value;
            text = text[digits..];
            if (text.IsEmpty) break;
            if (text[0] != ':' || text.Length == 1) return false;
            text = text[1..];
        }
        if (gap < 0) return count == Pieces;
        if (count == Pieces) return false;
        // What stood behind the gap moves to the end.
        var tail = pieces[gap..count];
        tail.CopyTo(pieces[(Pieces - tail.Length)..]);
        pieces[gap..(Pieces - tail.Length)].Clear();
        return true;
    }

    /// <summary>The last 32 bits as four decimal numbers, here without leading zeros.</summary>
    private static bool TryDotted(ReadOnlySpan<char> text, Span<ushort> two)
    {
        Span<Range> parts = stackalloc Range[5];
        if (text.Split(parts, '.') != 4) return false;
        for (var i = 0; i < 4; i++)
        {
            var digits = text[parts[i]];
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0')) return false;
            var number = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
            if (number > 255) return false;
            two[i / 2] = (ushort)((two[i / 2] << 8) | number);
        }
        return true;
    }

    private static (int Start, int Length) LongestZeros(ReadOnlySpan<ushort> pieces)
    {
        var (best, bestLength) = (-1, 1);
        for (var i = 0; i < Pieces; i++)
        {
            var start = i;
            while (i < Pieces && pieces[i] == 0) i++;
            if (i - start > bestLength) (best, bestLength) = (start, i - start);
        }
        return (best, bestLength);
    }
}
