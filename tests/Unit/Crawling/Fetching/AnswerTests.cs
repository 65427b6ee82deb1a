using System.Diagnostics;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class AnswerTests : FetchTest
{
    private static string Head(int status, string headers = "") => $"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n";

    [Theory]
    [InlineData(200, PageOutcome.Success, false)]
    [InlineData(204, PageOutcome.Success, false)]
    [InlineData(206, PageOutcome.Success, false)]
    [InlineData(304, PageOutcome.Success, false)]
    [InlineData(400, PageOutcome.Error, false)]
    [InlineData(401, PageOutcome.Error, false)]
    [InlineData(404, PageOutcome.Error, false)]
    [InlineData(410, PageOutcome.Error, false)]
    [InlineData(429, PageOutcome.Error, true)]
    [InlineData(500, PageOutcome.Error, true)]
    [InlineData(501, PageOutcome.Error, false)]
    [InlineData(502, PageOutcome.Error, true)]
    [InlineData(503, PageOutcome.Error, true)]
    [InlineData(504, PageOutcome.Error, true)]
    [InlineData(999, PageOutcome.Error, false)]
    public async Task The_status_decides_the_outcome_and_whether_to_try_again(int status, PageOutcome outcome, bool transient)
    {
        await using var server = new RawServer(Head(status));
        var page = await FetchAsync(server.Url);

        Assert.Equal((outcome, status, transient), (page.Outcome, page.Status, page.Transient));
        Assert.Equal(outcome == PageOutcome.Success ? null : $"HTTP {status}", page.Error);
    }

    [Fact]
    public async Task An_error_page_is_counted_but_gives_no_links()
    {
        await using var server = new RawServer("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<title>Gone</title><a href=/x>x</a>");
        var page = await FetchAsync(server.Url);

        Assert.Equal((404, 35, "text/html"), (page.Status, page.Bytes, page.ContentType));
        Assert.Empty(page.Links);
        Assert.NotNull(page.Sha256);
    }

    [Fact]
    public async Task An_error_whose_body_breaks_off_keeps_its_status()
    {
        await using var server = new RawServer("HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nshort");
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, 404, "HTTP 404", false), (page.Outcome, page.Status, page.Error, page.Transient));
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 2026 00:00:03 GMT", 3)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    public async Task Retry_after_is_read_as_seconds_or_as_a_date(string header, int? seconds)
    {
        await using var server = new RawServer(Head(503, $"Retry-After: {header}\r\n"));
        Assert.Equal(seconds, (int?)(await FetchAsync(server.Url)).RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("Cache-Control: max-age=60\r\n", 60)]
    [InlineData("Cache-Control: public, MAX-AGE=60\r\nAge: 20\r\n", 40)]
    [InlineData("Cache-Control: max-age=60\r\nAge: 90\r\n", 0)]
    [InlineData("Cache-Control: no-cache, max-age=60\r\n", 0)]
    [InlineData("Cache-Control: no-store\r\n", 0)]
    [InlineData("Cache-Control: public\r\n", null)]
    [InlineData("Cache-Control: max-age=soon\r\n", null)]
    public async Task Cache_control_says_how_long_an_answer_may_be_kept(string headers, int? seconds)
    {
        await using var server = new RawServer(Head(200, headers));
        Assert.Equal(seconds, (int?)(await FetchAsync(server.Url)).MaxAge?.TotalSeconds);
    }

    [Fact]
    public async Task Headers_beyond_the_limit_are_an_error()
    {
        await using var server = new RawServer(Head(200, $"X-Big: {new string('x', 256 * 1024)}\r\n"));
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, "response headers larger than 64 KiB", false), (page.Outcome, page.Error, page.Transient));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    public async Task An_answer_that_is_not_http_is_an_error(string answer)
    {
        await using var server = new RawServer(answer);
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, null), (page.Outcome, page.Status));
        Assert.StartsWith("invalid HTTP answer", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_closed_without_an_answer_is_worth_another_try()
    {
        await using var server = new RawServer("");
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, null, "connection closed before the answer", true), (page.Outcome, page.Status, page.Error, page.Transient));
    }

    [Theory]
    [InlineData("nofollow", true)]
    [InlineData("NONE", true)]
    [InlineData("noindex, nofollow", true)]
    [InlineData("noindex", false)]
    [InlineData("oa-test: nofollow", true)]
    [InlineData("otherbot: noindex, nofollow", false)]
    [InlineData("unavailable_after: 25 Jun 2030 15:00:00 PST", false)]
    public async Task A_header_can_ask_not_to_follow(string value, bool expected)
    {
        await using var server = new RawServer(Head(200, $"X-Robots-Tag: {value}\r\n"));
        Assert.Equal(expected, (await FetchAsync(server.Url)).NoFollow);
    }

    [Theory]
    [InlineData("text/html; charset=iso-8859-1", "\xEF\xBB\xBF<title>\xC5\xBDlu\xC5\xA5</title>", "Žluť")] // the byte order mark beats the header
    [InlineData("text/html; charset=\"ISO-8859-1\"", "<title>Caf\xE9</title>", "Café")]
    [InlineData("text/html", "<meta charset=shift_jis><title>\x93\xFA\x96\x7B</title>", "日本")]
    [InlineData("text/html", "<meta charset=gbk><title>\xD6\xD0\xCE\xC4</title>", "中文")]
    [InlineData("application/xhtml+xml", "<title>x</title>", "x")]
    [InlineData(";charset=utf-8", "<!doctype html><title>\xC3\xA9</title>", null)]
    public async Task Titles_are_read_in_the_page_s_own_charset(string contentType, string latin1Body, string? title)
    {
        var body = Encoding.Latin1.GetBytes(latin1Body);
        await using var server = new RawServer(async exchange =>
        {
            await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n");
            await exchange.SendAsync(body);
        });
        var page = await FetchAsync(server.Url);
        Assert.Equal(PageOutcome.Success, page.Outcome);
        if (title is not null) Assert.Equal(title, page.Title);
    }

    [Theory]
    [InlineData("", "<!doctype html><title>s</title>", "s")]
    [InlineData("", "just text <title>no</title>", null)]
    [InlineData("Content-Type: text/plain\r\n", "<!doctype html><title>s</title>", null)]
    public async Task Only_an_answer_without_a_type_is_sniffed(string header, string body, string? title)
    {
        await using var server = new RawServer($"HTTP/1.1 200 OK\r\n{header}\r\n{body}");
        Assert.Equal(title, (await FetchAsync(server.Url)).Title);
    }

    [Fact]
    public async Task The_request_says_who_asks_sends_the_url_verbatim_and_tells_nothing_of_our_traces()
    {
        using var activity = new Activity("crawl").Start();
        await using var server = new RawServer(Head(200));
        await FetchAsync(CrawlUrl.Parse(server.Url.Origin + "/%41%7E|%2x?a=%zz"));

        var head = Assert.Single(server.Heads);
        Assert.StartsWith("GET /%41%7E|%2x?a=%zz HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("User-Agent: oa-test/1.0\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Request-Id", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Headers_of_the_crawl_replace_the_defaults()
    {
        await using var server = new RawServer(Head(200));
        await Fetcher.FetchAsync(Request(server.Url) with { Headers = [new("User-Agent", "other"), new("X-Extra", "1")] }, Token);

        var head = Assert.Single(server.Heads);
        Assert.Contains("User-Agent: other\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Extra: 1\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_in_the_url_are_sent()
    {
        await using var server = new RawServer(Head(200));
        await FetchAsync(CrawlUrl.Parse($"http://user:p%40ss@127.0.0.1:{server.Port}/"));

        Assert.Contains("Authorization: Basic " + Convert.ToBase64String("user:p@ss"u8) + "\r\n", server.Heads.Single(), StringComparison.Ordinal);
    }
}
