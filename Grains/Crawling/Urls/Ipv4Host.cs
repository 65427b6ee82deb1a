namespace OrleansAsync.Crawling;

/// <summary>IPv4 addresses as browsers read them: one to four numbers, decimal, octal or hexadecimal.</summary>
internal static class Ipv4Host
{
    private const long TooLarge = 1L << 32;

    /// <summary>Appends an address as four decimal numbers.</summary>
    /// <param name="buffer">The URL being written.</param>
    /// <param name="text">The address, perhaps with a dot at its end.</param>
    /// <returns>False if it is none.</returns>
    public static bool Write(ref UrlBuffer buffer, ReadOnlySpan<char> text)
    {
        if (text[^1] == '.') text = text[..^1];
        Span<Range> parts = stackalloc Range[5];
        var count = text.Split(parts, '.');
        if (count > 4) return false;
        long address = 0;
        for (var i = 0; i < count; i++)
        {
            if (!TryNumber(text[parts[i]], out var number)) return false;
            // The last number fills all bytes that are left.
            var bytes = i == count - 1 ? 4 - i : 1;
            if (number >= 1L << (8 * bytes)) return false;
            address = (address << (8 * bytes)) | number;
        }
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            buffer.AppendNumber((int)(address >> shift) & 255);
            if (shift > 0) buffer.Append('.');
        }
        return true;
    }

    /// <summary>Reads one number; anything above 32 bits counts as just too large.</summary>
    /// <param name="text">The digits.</param>
    /// <param name="number">The number.</param>
    public static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.IsEmpty) return false;
        var radix = 10;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) radix = 16;
        else if (text.Length > 1 && text[0] == '0') radix = 8;
        text = text[(radix == 16 ? 2 : 0)..];
        foreach (var c in text)
        {
            var digit = char.IsAsciiHexDigit(c) ? PercentEncoding.HexDigit(c) : int.MaxValue;
            if (digit >= radix) return false;
            number = Math.Min((number * radix) + digit, TooLarge);
        }
        return true;
    }
}
