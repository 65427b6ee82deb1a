using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;

namespace OrleansAsync.Crawling;

/// <summary>Reads sitemaps as sitemaps.org has them: XML, an index of others, or a URL a line; each may be gzipped. What can be understood is taken.</summary>
internal static class SitemapReader
{
    /// <summary>The largest sitemap that is read, in decoded bytes.</summary>
    public const int MaxBytes = 50 * 1024 * 1024;

    /// <summary>How many URLs of a sitemap are read.</summary>
    public const int MaxEntries = 50_000;

    private const int ChunkSize = 64 * 1024;

    // From years to fractions of a second (W3C Date and Time Formats).
    private static readonly string[] Times = ["yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxBytes,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>Reads a sitemap.</summary>
    /// <param name="body">The answer's body, content encodings undone.</param>
    /// <param name="url">Where it is.</param>
    public static Sitemap Read(ReadOnlyMemory<byte> body, CrawlUrl url)
    {
        string? error = null;
        if (body.Span is [0x1f, 0x8b, ..]) body = Inflate(body, out error);
        var entries = new Entries(url);
        try
        {
            if (IsText(body.Span)) ReadText(body, entries);
            else ReadXml(body, entries);
        }
        catch (XmlException exception)
        {
            error ??= $"not a valid sitemap: {exception.Message.ReplaceLineEndings(" ")}";
        }

        return entries.ToSitemap(error);
    }

    private static bool IsText(ReadOnlySpan<byte> body)
    {
        // XML in UTF-16 begins with a byte order mark; text sitemaps are in UTF-8.
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        body = body.TrimStart(" \t\r\n"u8);
        return body is not ([(byte)'<', ..] or [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]);
    }

    private static void ReadText(ReadOnlyMemory<byte> body, Entries entries)
    {
        var text = body.Span.StartsWith("\uFEFF"u8) ? body.Span[3..] : body.Span;
        foreach (var range in text.SplitAny((byte)'\r', (byte)'\n'))
            if (text[range].Trim(" \t"u8) is { IsEmpty: false } line && !entries.Add(Encoding.UTF8.GetString(line), null, isIndex: false))
                return;
    }

    private static void ReadXml(ReadOnlyMemory<byte> body, Entries entries)
    {
        using var reader = XmlReader.Create(Open(body), Settings);
        reader.MoveToContent();
        var isIndex = reader.LocalName == "sitemapindex";
        if (!isIndex && reader.LocalName != "urlset") throw new XmlException($"its root is '{reader.LocalName}', not 'urlset' or 'sitemapindex'");
        string? place = null, changed = null;
        reader.Read();
        while (!reader.EOF)
        {
            // Pages stand at depth 1, what is said of them at 2; deeper, pictures and the like have a place too.
            if (reader is { NodeType: XmlNodeType.Element, Depth: 2, LocalName: "loc" })
            {
                place = reader.ReadString();
            }
            else if (reader is { NodeType: XmlNodeType.Element, Depth: 2, LocalName: "lastmod" })
            {
                changed = reader.ReadString();
            }
            else if (reader is { NodeType: XmlNodeType.EndElement, Depth: 1 })
            {
                if (place is not null && !entries.Add(place.Trim(), Time(changed), isIndex)) return;
                (place, changed) = (null, null);
            }

            reader.Read();
        }
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text?.Trim(), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> body, out string? error)
    {
        error = null;
        using var gzip = new GZipStream(Open(body), CompressionMode.Decompress);
        var plain = new MemoryStream();
        var chunk = new byte[ChunkSize];
        try
        {
            while (gzip.Read(chunk) is var count and > 0)
            {
                if (plain.Length + count > MaxBytes)
                {
                    error = string.Create(CultureInfo.InvariantCulture, $"larger than {MaxBytes / (1024 * 1024)} MiB");
                    break;
                }

                plain.Write(chunk, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            error = "not valid gzip";
        }

        return plain.GetBuffer().AsMemory(0, (int)plain.Length);
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var array) ? new(array.Array!, array.Offset, array.Count, writable: false) : new(body.ToArray(), writable: false);

    private sealed class Entries(CrawlUrl sitemap)
    {
        private readonly List<(CrawlUrl Url, DateTimeOffset? Changed)> _pages = [];
        private readonly List<(CrawlUrl Url, DateTimeOffset? Changed)> _sitemaps = [];
        private int _count;
        private bool _isFull;

        /// <summary>Adds a URL, if it is one.</summary>
        /// <returns>False if there are too many.</returns>
        public bool Add(string text, DateTimeOffset? changed, bool isIndex)
        {
            _isFull = ++_count > MaxEntries;
            if (!_isFull && text.Length > 0 && sitemap.TryResolve(text, out var url)) (isIndex ? _sitemaps : _pages).Add((url, changed));
            return !_isFull;
        }

        public Sitemap ToSitemap(string? error)
        {
            if (_isFull) error ??= string.Create(CultureInfo.InvariantCulture, $"more than {MaxEntries} URLs");
            return new Sitemap(LatestFirst(_pages), LatestFirst(_sitemaps), error);
        }

        // The sort is stable.
        private static ImmutableArray<CrawlUrl> LatestFirst(List<(CrawlUrl Url, DateTimeOffset? Changed)> entries) =>
            [.. entries.OrderByDescending(static entry => entry.Changed ?? DateTimeOffset.MinValue).Select(static entry => entry.Url)];
    }
}
