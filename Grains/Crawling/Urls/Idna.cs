using System.Globalization;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>Domain names to ASCII, as UTS #46 has it for URLs.</summary>
internal static class Idna
{
    // Without globalization data IdnMapping is bare Punycode; the mapping before it is ours.
    private static readonly IdnMapping Punycode = new() { AllowUnassigned = true };

    /// <summary>Maps a domain to lower-case ASCII; names that already are ASCII are not judged.</summary>
    /// <param name="domain">The domain, percent-decoded.</param>
    /// <returns>Null if it cannot be a domain.</returns>
    public static string? ToAscii(string domain)
    {
        if (Ascii.IsValid(domain)) return domain.ToLowerInvariant();
        var mapped = new StringBuilder(domain.Length);
        foreach (var rune in domain.EnumerateRunes())
        {
            if (!TryMap(rune, mapped)) return null;
        }
        var text = mapped.ToString();
        if (Ascii.IsValid(text)) return text;
        try
        {
            return Punycode.GetAscii(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool TryMap(Rune rune, StringBuilder mapped)
    {
        switch (rune.Value)
        {
            case 0xAD or 0x200B or 0x2060 or 0xFEFF or (>= 0xFE00 and <= 0xFE0F):
                return true;
            case 0x3002 or 0xFF0E or 0xFF61:
                mapped.Append('.');
                return true;
            case >= 0xFF01 and <= 0xFF5E:
                mapped.Append(char.ToLowerInvariant((char)(rune.Value - 0xFEE0)));
                return true;
        }
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator || rune == Rune.ReplacementChar)
            return rune.IsAscii;
        mapped.Append(Rune.ToLowerInvariant(rune).ToString());
        return true;
    }
}
