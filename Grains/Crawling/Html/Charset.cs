using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>A character encoding of the web.</summary>
/// <param name="Name">Its name in the Encoding standard, lower case.</param>
/// <param name="CodePage">.NET's number for it.</param>
internal sealed record Charset(string Name, int CodePage)
{
    // .NET's own puts question marks, which are not told from those of the page.
    private static readonly DecoderReplacementFallback Replacement = new("\uFFFD");

    static Charset() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The decoder; what is invalid becomes U+FFFD.</summary>
    public Encoding Encoding => field ??= Encoding.GetEncoding(CodePage, EncoderFallback.ReplacementFallback, Replacement);

    /// <summary>What non-ASCII characters in the query of a link are written in; null where that is UTF-8.</summary>
    public Encoding? QueryEncoding => Name.StartsWith("utf-", StringComparison.Ordinal)
        ? null
        : field ??= Encoding.GetEncoding(CodePage, EncoderFallback.ExceptionFallback, Replacement);
}
