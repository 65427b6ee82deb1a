using System.Buffers;

namespace OrleansAsync.Crawling;

/// <summary>A record's error: one line, whatever a server put into it.</summary>
internal static class ErrorLine
{
    /// <summary>Characters kept; what would follow only repeats the server.</summary>
    public const int MaxLength = 500;

    // Line ends, tabs, and what a terminal would obey.
    private static readonly SearchValues<char> Control =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(static code => (char)code).Where(char.IsControl), '\u2028', '\u2029']);

    /// <summary>Cuts a text, and puts blanks in the place of control characters.</summary>
    public static string Of(string text)
    {
        if (text.Length > MaxLength) text = text[..(MaxLength - 1)] + "…";
        return text.AsSpan().ContainsAny(Control) ? string.Concat(text.Select(static c => Control.Contains(c) ? ' ' : c)) : text;
    }
}
