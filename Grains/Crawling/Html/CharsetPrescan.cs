using System.Buffers;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Looks for an encoding a page declares in its first bytes, as the HTML standard's prescan does: before there are characters.</summary>
internal ref struct CharsetPrescan
{
    private const int Length = 1024;

    private static readonly SearchValues<byte> NameEnd = SearchValues.Create(" \t\n\f\r>"u8);
    private static readonly SearchValues<char> ValueEnd = SearchValues.Create(" \t\n\f\r;");

    private ReadOnlySpan<byte> _rest;

    private CharsetPrescan(ReadOnlySpan<byte> body) => _rest = body[..Math.Min(body.Length, Length)];

    /// <summary>Finds a declaration.</summary>
    /// <param name="body">The body.</param>
    /// <returns>Null if there is none, or none that browsers know.</returns>
    public static Charset? Find(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith("<\0?\0x\0"u8)) return Charsets.Find("utf-16le");
        if (body.StartsWith("\0<\0?\0x"u8)) return Charsets.Find("utf-16be");
        return new CharsetPrescan(body).FindMeta() ?? FromXmlDeclaration(body);
    }

    private Charset? FindMeta()
    {
        for (int tag; (tag = _rest.IndexOf((byte)'<')) >= 0;)
        {
            _rest = _rest[tag..];
            if (_rest.StartsWith("<!--"u8))
            {
                // The two dashes that open a comment may close it: <!-->.
                var end = _rest[2..].IndexOf("-->"u8);
                if (end < 0) return null;
                _rest = _rest[(2 + end + 3)..];
            }
            else if (_rest.Length > 5 && Ascii.EqualsIgnoreCase(_rest[1..5], "meta"u8) && IsBlankOrSlash(_rest[5]))
            {
                _rest = _rest[6..];
                if (ReadMeta() is { } charset) return charset;
            }
            else if (_rest.Length > 2 && (char.IsAsciiLetter((char)_rest[1]) || (_rest[1] == '/' && char.IsAsciiLetter((char)_rest[2]))))
            {
                var name = _rest.IndexOfAny(NameEnd);
                if (name < 0) return null;
                _rest = _rest[name..];
                while (TryAttribute(out _, out _)) { }
            }
            else if (_rest.Length > 1 && _rest[1] is (byte)'!' or (byte)'/' or (byte)'?')
            {
                var end = _rest.IndexOf((byte)'>');
                if (end < 0) return null;
                _rest = _rest[(end + 1)..];
            }
            else
            {
                _rest = _rest[1..];
            }
        }
        return null;
    }

    private Charset? ReadMeta()
    {
        string? label = null, header = null, content = null;
        while (TryAttribute(out var name, out var value))
        {
            switch (name)
            {
                case "charset":
                    label ??= value;
                    break;
                case "http-equiv":
                    header ??= value;
                    break;
                case "content":
                    content ??= value;
                    break;
            }
        }
        if (label is null && "content-type".Equals(header, StringComparison.OrdinalIgnoreCase)) label = FromContent(content);
        return Declared(label);
    }

    /// <summary>A page that can be read this far is not in UTF-16, whatever it says.</summary>
    private static Charset? Declared(string? label)
    {
        if ("x-user-defined".Equals(label?.Trim(), StringComparison.OrdinalIgnoreCase)) return Charsets.Default;
        var charset = Charsets.Find(label);
        return charset?.CodePage is 1200 or 1201 ? Charsets.Utf8 : charset;
    }

    private static string? FromContent(string? content)
    {
        for (var at = 0; content is not null && (at = content.IndexOf("charset", at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            at += "charset".Length;
            var value = content.AsSpan(at).TrimStart();
            if (!value.StartsWith('=')) continue;
            value = value[1..].TrimStart();
            if (value.IsEmpty) return null;
            if (value[0] is '"' or '\'')
            {
                var end = value[1..].IndexOf(value[0]);
                return end < 0 ? null : value[1..(1 + end)].ToString();
            }
            var stop = value.IndexOfAny(ValueEnd);
            return (stop < 0 ? value : value[..stop]).ToString();
        }
        return null;
    }

    private static Charset? FromXmlDeclaration(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("<?xml"u8)) return null;
        var end = body[..Math.Min(body.Length, Length)].IndexOf((byte)'>');
        if (end < 0) return null;
        var declaration = body[..end];
        var at = declaration.IndexOf("encoding"u8);
        if (at < 0) return null;
        var value = Encoding.Latin1.GetString(declaration[(at + "encoding".Length)..]).AsSpan().TrimStart();
        if (!value.StartsWith('=')) return null;
        value = value[1..].TrimStart();
        if (value.IsEmpty || value[0] is not ('"' or '\'')) return null;
        var close = value[1..].IndexOf(value[0]);
        return close < 0 ? null : Declared(value[1..(1 + close)].ToString());
    }

    /// <summary>Reads one attribute of a tag, name lower case; false at the tag's end.</summary>
    private bool TryAttribute(out string name, out string value)
    {
        name = value = "";
        while (!_rest.IsEmpty && IsBlankOrSlash(_rest[0])) _rest = _rest[1..];
        if (_rest.IsEmpty || _rest[0] == '>') return false;

        var end = 1;
        while (end < _rest.Length && _rest[end] is not ((byte)'=' or (byte)'/' or (byte)'>') && !IsBlank(_rest[end])) end++;
        name = Encoding.Latin1.GetString(_rest[..end]).ToLowerInvariant();
        _rest = _rest[end..].TrimStart(" \t\n\f\r"u8);
        if (_rest.IsEmpty || _rest[0] != '=') return true;

        _rest = _rest[1..].TrimStart(" \t\n\f\r"u8);
        if (_rest.IsEmpty) return false;
        if (_rest[0] is (byte)'"' or (byte)'\'')
        {
            var close = _rest[1..].IndexOf(_rest[0]);
            if (close < 0)
            {
                _rest = [];
                return false;
            }
            value = Encoding.Latin1.GetString(_rest[1..(1 + close)]);
            _rest = _rest[(close + 2)..];
            return true;
        }
        end = 0;
        while (end < _rest.Length && _rest[end] != '>' && !IsBlank(_rest[end])) end++;
        value = Encoding.Latin1.GetString(_rest[..end]);
        _rest = _rest[end..];
        return true;
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\f' or (byte)'\r';

    private static bool IsBlankOrSlash(byte value) => IsBlank(value) || value == '/';
}
