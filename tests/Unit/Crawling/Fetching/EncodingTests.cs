using System.IO.Compression;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class EncodingTests : FetchTest
{
    private static readonly byte[] Body =
        Encoding.UTF8.GetBytes("<!doctype html><title>Packed</title>" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"<p>{i * 7919}")) + "<a href=child>c</a>");

    private static byte[] Pack(byte[] body, string encoding)
    {
        var packed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" or "x-gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "bare deflate" => new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZstdSharp.CompressionStream(packed, leaveOpen: true),
        })
            stream.Write(body);
        return packed.ToArray();
    }

    private static RawServer Serve(string encoding, byte[] packed, bool announce = true) => new(async exchange =>
    {
        await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: " + encoding + "\r\n" +
            (announce ? $"Content-Length: {packed.Length}\r\n\r\n" : "\r\n"));
        await exchange.SendAsync(packed);
    });

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "X-GZIP")]
    [InlineData("br", "br")]
    [InlineData("zstd", "zstd")]
    [InlineData("deflate", "deflate")]
    [InlineData("bare deflate", "deflate")]
    [InlineData("none", "identity")]
    public async Task Each_encoding_is_undone(string encoding, string header)
    {
        await using var server = Serve(header, encoding == "none" ? Body : Pack(Body, encoding));
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Success, Body.Length, Sha256(Body), "Packed"), (page.Outcome, page.Bytes, page.Sha256, page.Title));
        Assert.Equal([server.Url.Href + "child"], page.Links);
        Assert.Contains("Accept-Encoding: gzip, deflate, br, zstd", server.Heads.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encodings_on_top_of_each_other_are_undone_last_first()
    {
        await using var server = Serve("gzip, br", Pack(Pack(Body, "gzip"), "br"));
        Assert.Equal(Sha256(Body), (await FetchAsync(server.Url)).Sha256);
    }

    [Fact]
    public async Task Members_of_gzip_in_a_row_are_one_body()
    {
        await using var server = Serve("gzip", [.. Pack(Body, "gzip"), .. Pack("<a href=second>"u8.ToArray(), "gzip")]);
        Assert.Equal([server.Url.Href + "child", server.Url.Href + "second"], (await FetchAsync(server.Url)).Links);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("deflate")]
    public async Task A_bomb_is_cut_at_the_limit_of_decoded_bytes(string encoding)
    {
        await using var server = Serve(encoding, Pack(new byte[32 * 1024 * 1024], encoding));
        var page = await Fetcher.FetchAsync(Request(server.Url) with { MaxBodyBytes = 1024 * 1024 }, Token);

        Assert.Equal((PageOutcome.Error, 1024 * 1024, "body larger than 1 MiB (see --max-body)"), (page.Outcome, page.Bytes, page.Error));
    }

    [Fact]
    public async Task What_decodes_to_nothing_is_cut_too()
    {
        byte[] nothing = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        await using var server = Serve("gzip", [.. Enumerable.Repeat(nothing, 20_000).SelectMany(static member => member)]);
        var page = await Fetcher.FetchAsync(Request(server.Url) with { MaxBodyBytes = 1000 }, Token);

        Assert.Equal((PageOutcome.Error, 0, "encoded body larger than 66661 bytes (see --max-body)"), (page.Outcome, page.Bytes, page.Error));
    }

    [Fact]
    public async Task A_body_that_does_not_become_smaller_is_read_up_to_the_limit_itself()
    {
        var noise = new byte[1024 * 1024];
        new Random(5).NextBytes(noise);
        await using var server = Serve("gzip", Pack(noise, "gzip"));
        Assert.Equal(PageOutcome.Success, (await Fetcher.FetchAsync(Request(server.Url) with { MaxBodyBytes = noise.Length }, Token)).Outcome);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("deflate")]
    public async Task A_packed_body_cut_short_is_truncated_though_the_connection_closed_properly(string encoding)
    {
        await using var server = Serve(encoding, Pack(Body, encoding)[..^20], announce: false);
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, "truncated body", true), (page.Outcome, page.Error, page.Transient));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("deflate")]
    public async Task A_garbled_body_is_an_error_naming_the_encoding(string encoding)
    {
        await using var server = Serve(encoding, [8, .. Body]);
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, $"body is not valid {encoding}", false), (page.Outcome, page.Error, page.Transient));
    }

    [Fact]
    public async Task An_encoding_nobody_asked_for_is_an_error_naming_it()
    {
        await using var server = Serve("compress", Body);
        Assert.Equal("unknown content encoding 'compress'", (await FetchAsync(server.Url)).Error);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public async Task An_empty_body_is_empty_whatever_its_encoding(string encoding)
    {
        await using var server = Serve(encoding, []);
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Success, 0, Sha256([])), (page.Outcome, page.Bytes, page.Sha256));
    }

    [Fact]
    public async Task A_window_larger_than_the_web_allows_is_refused()
    {
        using var compressor = new ZstdSharp.Compressor();
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_windowLog, 27);
        compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_contentSizeFlag, 0);
        var packed = new MemoryStream();
        using (var stream = new ZstdSharp.CompressionStream(packed, compressor, leaveOpen: true)) stream.Write(Body);
        await using var server = Serve("zstd", packed.ToArray());
        Assert.Equal("body is not valid zstd", (await FetchAsync(server.Url)).Error);
    }
}
