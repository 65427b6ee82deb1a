using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace OrleansAsync.Crawling;

/// <summary>Undoes the content encodings of an answer, streaming.</summary>
internal static class ContentDecoding
{
    public const string Accepted = "gzip, deflate, br, zstd";

    /// <summary>RFC 9659: a body on the web needs no more than 8 MiB of window; without the bound a few bytes could ask for 128 MiB.</summary>
    private const int MaxZstdWindowLog = 23;

    private const int MaxLayers = 4;

    /// <summary>The decoded stream, and the encoded one beneath it: whether that was read to its end tells a body cut short from a garbled one.</summary>
    /// <param name="body">The body.</param>
    /// <param name="encodings">What its header names.</param>
    /// <param name="limit">Bytes that may go into each decoder: much can go in of which nothing comes out.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public static async ValueTask<(Stream Decoded, PeekedStream? Encoded)> DecodeAsync(
        Stream body, IReadOnlyList<string> encodings, long limit, CancellationToken cancellationToken)
    {
        PeekedStream? encoded = null;
        if (encodings.Count > MaxLayers) throw new FetchException($"body is encoded {encodings.Count} times", transient: false);
        // They are listed in the order in which they were applied.
        for (var index = encodings.Count - 1; index >= 0; index--)
        {
            var encoding = encodings[index].ToLowerInvariant();
            if (encoding is "identity" or "") continue;
            var peeked = await PeekedStream.OpenAsync(body, limit, cancellationToken);
            encoded ??= peeked;
            // An empty body is sent by some servers without any encoding, whatever the header says.
            body = peeked.First < 0 ? peeked : Decoder(encoding, peeked);
        }

        return (body, encoded);
    }

    private static Stream Decoder(string encoding, PeekedStream body) => encoding switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "br" => new BrotliStream(body, CompressionMode.Decompress),
        "zstd" => Zstd(body),
        // "deflate" means the zlib format, but some servers send it bare; 8 in the low half of the first byte tells them apart.
        "deflate" => (body.First & 0x0F) == 8 ? new ZLibStream(body, CompressionMode.Decompress) : new DeflateStream(body, CompressionMode.Decompress),
        _ => throw new FetchException($"unknown content encoding '{encoding}'", transient: false),
    };

    private static DecompressionStream Zstd(Stream body)
    {
        var stream = new DecompressionStream(body, leaveOpen: false);
        stream.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxZstdWindowLog);
        return stream;
    }
}
