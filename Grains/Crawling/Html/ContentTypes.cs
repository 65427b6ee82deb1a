namespace OrleansAsync.Crawling;

/// <summary>What a Content-Type header, or without one the first bytes, says about a body.</summary>
internal static class ContentTypes
{
    private static readonly string[] HtmlStarts =
    [
        "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a", "<style", "<title", "<b", "<body", "<br", "<p",
    ];

    /// <summary>Whether a body is HTML to extract links from.</summary>
    /// <param name="contentType">The header's value, or null.</param>
    /// <param name="firstBytes">The start of the body, read only where the header says nothing.</param>
    public static bool IsHtml(string? contentType, ReadOnlySpan<byte> firstBytes)
    {
        var type = MediaType(contentType);
        if (type.Equals("text/html", StringComparison.OrdinalIgnoreCase)) return true;
        if (type.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase)) return true;
        return (type.IsEmpty || type is "*/*" or "unknown/unknown" or "application/unknown") && LooksLikeHtml(firstBytes);
    }

    /// <summary>The charset parameter, or null.</summary>
    /// <param name="contentType">The header's value, or null.</param>
    public static string? Charset(string? contentType)
    {
        foreach (var parameter in (contentType ?? "").Split(';').Skip(1))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !parameter.AsSpan(0, equals).Trim().Equals("charset", StringComparison.OrdinalIgnoreCase)) continue;
            var value = parameter[(equals + 1)..].Trim().Trim('"', '\'').Trim();
            return value.Length == 0 ? null : value;
        }
        return null;
    }

    private static ReadOnlySpan<char> MediaType(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOfAny(';', ',');
        return (end < 0 ? type : type[..end]).Trim();
    }

    private static bool LooksLikeHtml(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        bytes = bytes.TrimStart(" \t\r\n\f"u8);
        if (bytes.StartsWith("<!--"u8)) return true;
        foreach (var start in HtmlStarts)
        {
            if (bytes.Length <= start.Length || bytes[start.Length] is not ((byte)' ' or (byte)'>')) continue;
            if (System.Text.Ascii.EqualsIgnoreCase(bytes[..start.Length], start)) return true;
        }
        return false;
    }
}
