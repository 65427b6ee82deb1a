using System.Text;
using System.Text.Unicode;
using UtfUnknown;

namespace OrleansAsync.Crawling;

/// <summary>Finds the encoding of an HTML page: byte order mark, header, what the page declares, then what its bytes look like.</summary>
internal static class CharsetSniffer
{
    private const int GuessFrom = 64 * 1024;
    private const float LeastConfidence = 0.5f;

    /// <summary>Finds the encoding.</summary>
    /// <param name="body">The body.</param>
    /// <param name="contentTypeCharset">The charset of the Content-Type header, or null.</param>
    public static Charset Detect(ReadOnlySpan<byte> body, string? contentTypeCharset) =>
        FromByteOrderMark(body)
        ?? Charsets.Find(contentTypeCharset)
        ?? CharsetPrescan.Find(body)
        ?? Guess(body);

    private static Charset? FromByteOrderMark(ReadOnlySpan<byte> body) => body switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Charsets.Utf8,
        [0xFE, 0xFF, ..] => Charsets.Find("utf-16be"),
        [0xFF, 0xFE, ..] => Charsets.Find("utf-16le"),
        _ => null,
    };

    private static Charset Guess(ReadOnlySpan<byte> body)
    {
        // UTF-16 without a mark is ASCII too, byte by byte; markup gives it away.
        if (body is [(byte)'<', 0, ..]) return Charsets.Find("utf-16le")!;
        if (body is [0, (byte)'<', ..]) return Charsets.Find("utf-16be")!;
        var firstOther = body.IndexOfAnyExceptInRange((byte)0, (byte)127);
        if (firstOther < 0) return Charsets.Default;

        // What is not ASCII may stand far behind a long plain head: the guess is made from where it starts.
        var sample = body[firstOther..];
        if (sample.Length > GuessFrom) sample = sample[..WholeUtf8(sample[..GuessFrom])];
        if (Utf8.IsValid(sample)) return Charsets.Utf8;
        var best = CharsetDetector.DetectFromBytes(sample.ToArray()).Detected;
        return best is { Confidence: >= LeastConfidence } ? Charsets.Find(best.EncodingName) ?? Charsets.Default : Charsets.Default;
    }

    /// <summary>The length without a character that the sample's end cut in two.</summary>
    private static int WholeUtf8(ReadOnlySpan<byte> sample)
    {
        var status = Rune.DecodeLastFromUtf8(sample, out _, out var consumed);
        return status == System.Buffers.OperationStatus.NeedMoreData ? sample.Length - consumed : sample.Length;
    }
}
