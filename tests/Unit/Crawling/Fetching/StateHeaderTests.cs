using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>Headers by which an answer says something about the next request.</summary>
public sealed class StateHeaderTests : FetchTest
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n";

    [Fact]
    public async Task What_an_answer_sets_comes_back_as_it_was_sent()
    {
        await using var server = new RawServer(Answer + "ETag: W/\"a b\"\r\nLast-Modified: yesterday\r\nSet-Cookie: a=1; expires=Thu, 01 Jan 2026 00:00:00 GMT\r\nSet-Cookie: b=2\r\n\r\n");

        var page = await FetchAsync(server.Url);

        Assert.Equal(("W/\"a b\"", "yesterday"), (page.Etag, page.LastModified));
        Assert.Equal(["a=1; expires=Thu, 01 Jan 2026 00:00:00 GMT", "b=2"], page.SetCookies);
    }

    [Fact]
    public async Task What_could_not_be_sent_back_is_left_out()
    {
        await using var server = new RawServer(Answer + $"ETag: \"\u00E4\"\r\nLast-Modified: {new string('x', 2000)}\r\nSet-Cookie: a={new string('x', 5000)}\r\nSet-Cookie: b=2\r\n\r\n");

        var page = await FetchAsync(server.Url);

        Assert.Equal((null, null), (page.Etag, page.LastModified));
        Assert.Equal(["b=2"], page.SetCookies);
    }

    [Fact]
    public async Task Cookies_and_conditions_are_sent_and_the_last_answer_counts()
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target == "/" ? "HTTP/1.1 302 Found\r\nLocation: /x\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" : Answer + "Set-Cookie: b=2\r\n\r\n"));

        var page = await Fetcher.FetchAsync(Request(server.Url) with { Cookies = "id=1; x=2", IfNoneMatch = "\"e\"", IfModifiedSince = "yesterday" }, Token);

        Assert.Equal(["b=2"], page.SetCookies);
        Assert.All(server.Heads, static head =>
        {
            Assert.Contains("\r\nCookie: id=1; x=2\r\n", head, StringComparison.Ordinal);
            Assert.Contains("\r\nIf-None-Match: \"e\"\r\n", head, StringComparison.Ordinal);
            Assert.Contains("\r\nIf-Modified-Since: yesterday\r\n", head, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Neither_goes_along_to_another_origin()
    {
        await using var other = new RawServer(Answer + "\r\n");
        await using var server = new RawServer($"HTTP/1.1 302 Found\r\nLocation: {other.Url}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        await Fetcher.FetchAsync(Request(server.Url) with { Cookies = "id=1", IfNoneMatch = "\"e\"", IfModifiedSince = "yesterday" }, Token);

        var head = Assert.Single(other.Heads);
        Assert.DoesNotContain("Cookie", head, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nIf-", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_that_is_not_followed_keeps_its_cookies()
    {
        await using var server = new RawServer("HTTP/1.1 302 Found\r\nLocation: /x\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var page = await Fetcher.FetchAsync(Request(server.Url) with { AdmitHop = static (_, _) => ValueTask.FromResult<HopRefusal?>(new HopRefusal(PageOutcome.Skipped, "no")) }, Token);

        Assert.Equal(["a=1"], page.SetCookies);
    }
}
