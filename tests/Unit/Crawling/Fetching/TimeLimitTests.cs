using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class TimeLimitTests : FetchTest
{
    [Fact]
    public async Task No_answer_is_a_timeout()
    {
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(async exchange =>
        {
            asked.SetResult();
            await exchange.HangAsync();
        });
        var fetch = FetchAsync(server.Url);
        await asked.Task.WaitAsync(Token);
        Time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(fetch.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.1));
        var page = await fetch;

        Assert.Equal((PageOutcome.Timeout, null, true), (page.Outcome, page.Status, page.Transient));
        Assert.Equal("timeout after 30 s waiting for the answer", page.Error);
        Assert.Equal(TimeSpan.FromSeconds(30), page.Elapsed);
    }

    [Fact]
    public async Task A_body_that_drips_does_not_renew_the_limit()
    {
        var next = new SemaphoreSlim(0);
        var sent = new SemaphoreSlim(0);
        await using var server = new RawServer(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n");
            while (true)
            {
                await exchange.SendAsync("x");
                sent.Release();
                await next.WaitAsync(exchange.Stopping);
            }
        });
        var fetch = Fetcher.FetchAsync(Request(server.Url) with { Timeout = TimeSpan.FromMilliseconds(900) }, Token);
        for (var drop = 0; drop < 3; drop++)
        {
            await sent.WaitAsync(Token);
            Time.Advance(TimeSpan.FromMilliseconds(300));
            next.Release();
        }

        var page = await fetch;
        Assert.Equal(PageOutcome.Timeout, page.Outcome);
        Assert.StartsWith("timeout after 900 ms", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limit_covers_all_redirects_together()
    {
        await using var server = new RawServer(async exchange =>
        {
            Time.Advance(TimeSpan.FromSeconds(4));
            await exchange.SendAsync($"HTTP/1.1 302 Found\r\nLocation: {exchange.Target}x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        var page = await Fetcher.FetchAsync(Request(server.Url) with { Timeout = TimeSpan.FromSeconds(10) }, Token);

        Assert.Equal(PageOutcome.Timeout, page.Outcome);
        Assert.Equal(3, server.Heads.Count);
    }

    [Fact]
    public async Task The_caller_s_cancel_is_the_one_thing_that_throws()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var server = new RawServer(async exchange =>
        {
            await source.CancelAsync();
            await exchange.HangAsync();
        });
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetcher.FetchAsync(Request(server.Url), source.Token));
        Assert.Equal(source.Token, thrown.CancellationToken);
    }
}
