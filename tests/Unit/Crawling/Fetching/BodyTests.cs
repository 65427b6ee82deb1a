using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class BodyTests : FetchTest
{
    private const string Plain = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    private const string Page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";

    [Fact]
    public async Task A_body_announced_as_too_large_is_not_read()
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.SendAsync(Plain + "Content-Length: 2147483648\r\n\r\n");
            await exchange.HangAsync();
        });
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, 200, "body larger than 10 MiB (see --max-body)"), (page.Outcome, page.Status, page.Error));
        Assert.Equal((0, false, null), (page.Bytes, page.Transient, page.Sha256));
    }

    [Fact]
    public async Task An_endless_body_is_cut_at_the_limit()
    {
        var chunk = "1000\r\n" + new string('x', 0x1000) + "\r\n";
        await using var server = new RawServer(async exchange =>
        {
            await exchange.SendAsync(Page + "Transfer-Encoding: chunked\r\n\r\n");
            while (true) await exchange.SendAsync(chunk);
        });
        var page = await Fetcher.FetchAsync(Request(server.Url) with { MaxBodyBytes = 100_000 }, Token);

        Assert.Equal((PageOutcome.Error, 200, 100_000), (page.Outcome, page.Status, page.Bytes));
        Assert.Equal("body larger than 100000 bytes (see --max-body)", page.Error);
    }

    [Theory]
    [InlineData(1000, PageOutcome.Success)]
    [InlineData(999, PageOutcome.Error)]
    public async Task The_limit_itself_is_allowed(int limit, PageOutcome expected)
    {
        await using var server = new RawServer(Plain + "\r\n" + new string('x', 1000));
        Assert.Equal(expected, (await Fetcher.FetchAsync(Request(server.Url) with { MaxBodyBytes = limit }, Token)).Outcome);
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\nonly this")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n20\r\nonly this")]
    public async Task A_body_that_ends_early_is_truncated(string rest)
    {
        await using var server = new RawServer(Page + rest);
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, 200, "truncated body", true), (page.Outcome, page.Status, page.Error, page.Transient));
        Assert.Null(page.Sha256);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nContent-Length: 40\r\n", "invalid HTTP answer: it has two lengths")]
    [InlineData("Content-Length: 4\r\nContent-Length: 4\r\n", null)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 4\r\nContent-Length: 40\r\n", null)]
    public async Task Two_lengths_are_none(string headers, string? error)
    {
        await using var server = new RawServer($"{Page}{headers}\r\n{(headers.StartsWith('T') ? "4\r\nbody\r\n0\r\n\r\n" : "body")}");
        Assert.Equal(error, (await FetchAsync(server.Url)).Error);
    }

    [Fact]
    public async Task An_invalid_chunk_is_a_protocol_error()
    {
        await using var server = new RawServer(Page + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n");
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, 200, false), (page.Outcome, page.Status, page.Transient));
        Assert.StartsWith("invalid HTTP answer", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_ended_by_the_connection_is_complete()
    {
        await using var server = new RawServer(Page + "\r\n<title>To the end</title><a href=child>c</a>");
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Success, "To the end"), (page.Outcome, page.Title));
        Assert.Equal([server.Url.Href + "child"], page.Links);
    }

    [Fact]
    public async Task A_reset_within_the_body_is_an_error_worth_another_try()
    {
        await using var server = new RawServer(async exchange =>
        {
            await exchange.SendAsync(Page + "Content-Length: 1000\r\n\r\nsome");
            exchange.Reset();
        });
        var page = await FetchAsync(server.Url);

        // The reset may overtake the head of the answer.
        Assert.Equal((PageOutcome.Error, "connection reset", true), (page.Outcome, page.Error, page.Transient));
    }

    [Fact]
    public async Task A_body_that_is_no_page_is_counted_and_hashed_only()
    {
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<a href=x>no link</a>", 10_000)));
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.ContentType = "Application/PDF; charset=x";
            await context.Response.Body.WriteAsync(body);
        });
        var page = await FetchAsync(site.Url("/"));

        Assert.Equal((PageOutcome.Success, "application/pdf", 210_000), (page.Outcome, page.ContentType, page.Bytes));
        Assert.Equal(Sha256(body), page.Sha256);
        Assert.Empty(page.Links);
        Assert.True(page.Body.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(300_000)]
    public async Task A_large_page_arrives_whole(int padding)
    {
        var body = Encoding.ASCII.GetBytes("<!doctype html><title>t</title>" + new string(' ', padding) + "<a href='/last'>x</a>");
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            foreach (var piece in body.Chunk(7_777)) await context.Response.Body.WriteAsync(piece);
        });
        var page = await Fetcher.FetchAsync(Request(site.Url("/")) with { KeepBody = true }, Token);

        Assert.Equal((PageOutcome.Success, body.Length, Sha256(body)), (page.Outcome, page.Bytes, page.Sha256));
        Assert.Equal([site.Url("/last").Href], page.Links);
        Assert.Equal(body, page.Body.ToArray());
    }

    [Fact]
    public async Task A_kept_body_holds_what_came_before_the_limit()
    {
        await using var server = new RawServer(Plain + "Content-Length: 10\r\n\r\n0123456789");
        var page = await Fetcher.FetchAsync(Request(server.Url) with { KeepBody = true, MaxBodyBytes = 4 }, Token);

        Assert.Equal(PageOutcome.Error, page.Outcome);
        Assert.Equal("0123"u8.ToArray(), page.Body.ToArray());
    }

    [Fact]
    public async Task Without_parsing_a_page_is_only_hashed()
    {
        await using var server = new RawServer(Page + "\r\n<title>t</title><a href=child>c</a>");
        var page = await Fetcher.FetchAsync(Request(server.Url) with { Parse = false }, Token);

        Assert.Equal((PageOutcome.Success, null, 0), (page.Outcome, page.Title, page.Links.Length));
        Assert.NotNull(page.Sha256);
    }
}
