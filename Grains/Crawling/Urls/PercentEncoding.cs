using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Percent-encoding with the WHATWG sets: each part of a URL lets other characters through.</summary>
internal static class PercentEncoding
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Characters a path keeps. Percent is among them: what is encoded stays as it is, and a lone one too.</summary>
    public static readonly SearchValues<char> Path = AllBut(" \"#<>?^`{}");

    /// <summary>Characters the query of an http URL keeps.</summary>
    public static readonly SearchValues<char> Query = AllBut(" \"#<>'");

    /// <summary>Characters a user name or password keeps.</summary>
    public static readonly SearchValues<char> UserInfo = AllBut(" \"#<>?^`{}/:;=@[\\]|");

    /// <summary>Appends text, encoding what is not in the set.</summary>
    /// <param name="buffer">The URL being written.</param>
    /// <param name="text">The text.</param>
    /// <param name="kept">The characters left alone.</param>
    /// <param name="encoding">The encoding of other characters; null means UTF-8.</param>
    public static void Append(ref UrlBuffer buffer, ReadOnlySpan<char> text, SearchValues<char> kept, Encoding? encoding = null)
    {
        for (int stop; (stop = text.IndexOfAnyExcept(kept)) >= 0;)
        {
            buffer.Append(text[..stop]);
            text = text[stop..];
            // A lone surrogate decodes to U+FFFD, as the standard wants it encoded.
            Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            AppendEncoded(ref buffer, rune, encoding);
            text = text[consumed..];
        }
        buffer.Append(text);
    }

    /// <summary>Decodes percent-encoded bytes and the UTF-8 they form; what is invalid becomes U+FFFD.</summary>
    /// <param name="text">The text.</param>
    public static string Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        while (!text.IsEmpty)
        {
            if (text.Length > 2 && text[0] == '%' && TryHex(text[1], text[2], out var value))
            {
                bytes[length++] = value;
                text = text[3..];
                continue;
            }
            Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            length += rune.EncodeToUtf8(bytes.AsSpan(length));
            text = text[consumed..];
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>Reads two hexadecimal digits.</summary>
    /// <param name="high">The first digit.</param>
    /// <param name="low">The second digit.</param>
    /// <param name="value">The byte they stand for.</param>
    public static bool TryHex(char high, char low, out byte value)
    {
        var valid = char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low);
        value = valid ? (byte)((HexDigit(high) << 4) | HexDigit(low)) : (byte)0;
        return valid;
    }

    /// <summary>Appends one byte as a percent sign and two upper-case digits.</summary>
    /// <param name="buffer">The URL being written.</param>
    /// <param name="value">The byte.</param>
    public static void AppendByte(ref UrlBuffer buffer, byte value)
    {
        buffer.Append('%');
        buffer.Append(Hex[value >> 4]);
        buffer.Append(Hex[value & 15]);
    }

    /// <summary>The value of a hexadecimal digit.</summary>
    /// <param name="digit">The digit.</param>
    public static int HexDigit(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static void AppendEncoded(ref UrlBuffer buffer, Rune rune, Encoding? encoding)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length;
        if (encoding is null || rune.IsAscii)
        {
            length = rune.EncodeToUtf8(bytes);
        }
        else
        {
            Span<char> chars = stackalloc char[2];
            try
            {
                length = encoding.GetBytes(chars[..rune.EncodeToUtf16(chars)], bytes);
            }
            catch (EncoderFallbackException)
            {
                // Browsers put a numeric character reference where the page's encoding lacks the character.
                buffer.Append("%26%23");
                buffer.Append(rune.Value.ToString(CultureInfo.InvariantCulture));
                buffer.Append("%3B");
                return;
            }
        }
        foreach (var value in bytes[..length]) AppendByte(ref buffer, value);
    }

    private static SearchValues<char> AllBut(string encoded) =>
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => !encoded.Contains(c, StringComparison.Ordinal))]);
}
