using System.IO.Compression;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Encoded bodies: right ones, wrong ones, and small ones that become large.</summary>
internal static class PackedTraps
{
    private const string TooLarge = "body larger than 4 MiB (see --max-body)";
    private const int BombMegabytes = 256;

    private static readonly byte[] Megabyte = new byte[1024 * 1024];
    private static readonly Lazy<byte[]> Nested = new(static () => Pack("gzip", Pack("gzip", Megabyte, BombMegabytes)));

    public static IReadOnlyList<Trap> All { get; } =
    [
        Right("gzip"), Right("deflate"), Right("br"), Right("zstd"),
        Bomb("gzip"), Bomb("deflate"), Bomb("br"), Bomb("zstd"),
        new("/body/gzipbomb-nested", static x => PageAsync(x, "gzip, gzip", Nested.Value)) { Outcome = PageOutcome.Error, Error = TooLarge, Bytes = HostileSite.MaxBodyBytes },
        new("/body/gzip-nothing", static async x =>
        {
            await x.BeginPageAsync("Content-Encoding: gzip\r\n");
            await x.FloodAsync(SlowTraps.Nothing);
        })
        { Outcome = PageOutcome.Error, Error = "encoded body larger than", Bytes = 0 },
        new("/body/gzip-lie", static x => PageAsync(x, "gzip", Encoding.UTF8.GetBytes(x.Link))) { Outcome = PageOutcome.Error, Error = "body is not valid gzip", Follows = false },
        new("/body/gzip-short", static x => PageAsync(x, "gzip", Pack("gzip", Text(x))[..^12])) { Outcome = PageOutcome.Error, Error = "truncated body", Attempts = 3 },
        new("/body/gzip-checksum", static x =>
        {
            var packed = Pack("gzip", Text(x));
            packed[^8] ^= 1;
            return PageAsync(x, "gzip", packed);
        })
        { Outcome = PageOutcome.Error, Error = "body is not valid gzip", Follows = false },
        new("/body/gzip-tail", static x => PageAsync(x, "gzip", [.. Pack("gzip", Text(x)), .. "and more"u8])) { Follows = true },
        new("/body/gzip-empty", static x => PageAsync(x, "gzip", [])) { Bytes = 0 },
        new("/body/unknown-encoding", static x => PageAsync(x, "compress", Encoding.UTF8.GetBytes(x.Link))) { Outcome = PageOutcome.Error, Error = "unknown content encoding 'compress'" },
        new("/body/encodings", static x => PageAsync(x, string.Join(", ", Enumerable.Repeat("gzip", 1000)), [])) { Outcome = PageOutcome.Error, Error = "body is encoded 1000 times" },
    ];

    private static Trap Right(string encoding) => new($"/body/{encoding}", x => PageAsync(x, encoding, Pack(encoding, Text(x)))) { Title = encoding, Follows = true };

    private static Trap Bomb(string encoding)
    {
        Lazy<byte[]> bomb = new(() => Pack(encoding, Megabyte, BombMegabytes));
        return new($"/body/{encoding}bomb", x => PageAsync(x, encoding, bomb.Value)) { Outcome = PageOutcome.Error, Error = TooLarge, Bytes = HostileSite.MaxBodyBytes };
    }

    /// <summary>An answer without fault but for its body, to whoever takes the encoding.</summary>
    private static Task PageAsync(Exchange x, string encoding, byte[] body)
    {
        var accepted = x.Head.Split("\r\n").First(static line => line.StartsWith("Accept-Encoding: ", StringComparison.OrdinalIgnoreCase));
        return encoding.StartsWith("compress", StringComparison.Ordinal) || accepted.Contains(encoding.Split(',')[0], StringComparison.Ordinal)
            ? x.ReplyAsync(200, body, $"Content-Type: text/html\r\nContent-Encoding: {encoding}\r\n")
            : x.PageAsync($"<title>{encoding} is not accepted</title>");
    }

    private static byte[] Text(Exchange x) => Encoding.UTF8.GetBytes($"<title>{x.Path.Split('/')[^1]}</title>{string.Concat(Enumerable.Range(0, 500))}{x.Link}");

    private static byte[] Pack(string encoding, byte[] body, int times = 1)
    {
        var packed = new MemoryStream();
        using (var packer = Packer(encoding, packed))
            for (var i = 0; i < times; i++) packer.Write(body);
        return packed.ToArray();
    }

    private static Stream Packer(string encoding, Stream packed) => encoding switch
    {
        "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        _ => new ZstdSharp.CompressionStream(packed, leaveOpen: true),
    };
}
