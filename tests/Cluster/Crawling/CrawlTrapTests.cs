using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Sites without end: each crawl of one comes to its end, says why, and has a record for each URL it scheduled.</summary>
public sealed class CrawlTrapTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    private const int Records = 20;

    [Fact]
    public async Task A_path_that_grows_by_a_repeated_segment_ends()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/deep/", "/a/b/");
        site.Otherwise(context => TestSite.HtmlAsync(context, context.Request.Path + "deep/", context.Request.Path + "a/b/"));

        var result = await RunAsync(site, new CrawlSpecification { Traps = new TrapLimits { Repeats = 2 } });

        Assert.NotEmpty(Skipped(result));
        Assert.All(Skipped(result), static record => Assert.StartsWith("path with one segment more than 2 times (see --traps repeats)", record.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_that_grows_by_ever_new_segments_ends()
    {
        await using var site = await TestSite.StartAsync();
        var pages = 0;
        site.Page("/", "/x/");
        site.Otherwise(context => TestSite.HtmlAsync(context, string.Create(CultureInfo.InvariantCulture, $"{context.Request.Path}x{Interlocked.Increment(ref pages)}/")));

        var result = await RunAsync(site, new CrawlSpecification { Traps = new TrapLimits { Depth = 10 } });

        Assert.Equal(11, result.End.Totals.Success);
        Assert.StartsWith("path of more than 10 segments", Assert.Single(Skipped(result)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_calendar_without_end_ends_and_tells_how_much_was_left_out()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/calendar/0/");
        site.Otherwise(context =>
        {
            var month = int.Parse(context.Request.Path.Value!.Split('/')[2], CultureInfo.InvariantCulture);
            return TestSite.HtmlAsync(context, Enumerable.Range(month + 1, 40).Select(static m => $"/calendar/{m}/").Append("/"));
        });

        var result = await RunAsync(site, new CrawlSpecification { Traps = new TrapLimits { Endless = 100 } });

        // The first fifty steps are taken in any case.
        Assert.InRange(result.End.Totals.Success, 2050, 2080);
        Assert.Equal(Records, Skipped(result).Count);
        Assert.InRange(result.End.Totals.LeftOut, 1, 10_000);
    }

    [Fact]
    public async Task Combinations_of_parameters_end()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/list?a=0&b=0", "/other?a=0&b=0").Page("/other?a=0&b=0");
        site.Otherwise(context =>
        {
            var a = int.Parse(context.Request.Query["a"]!, CultureInfo.InvariantCulture);
            return TestSite.HtmlAsync(context, $"?a={a + 1}&b=0", $"?b=1&a={a + 1}");
        });

        var result = await RunAsync(site, new CrawlSpecification { Traps = new TrapLimits { Queries = 50 } });

        Assert.Equal(52, result.End.Totals.Success);
        Assert.All(Skipped(result), static record => Assert.StartsWith("more than 50 different queries of one path (see --traps queries)", record.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fresh_session_id_on_every_link_ends()
    {
        await using var site = await TestSite.StartAsync();
        var sessions = 0;
        site.Page("/", "/shop?sid=0");
        site.Otherwise(context => TestSite.HtmlAsync(context, "/cart?sid=" + Next(), "/shop;jsessionid=" + Next(), "/shop?sid=" + Next()));

        var result = await RunAsync(site, new CrawlSpecification());

        Assert.Equal(21, result.End.Totals.Success);
        Assert.All(Skipped(result), static record => Assert.StartsWith("more than 10 URLs that differ in a session id alone", record.Error, StringComparison.Ordinal));

        int Next() => Interlocked.Increment(ref sessions);
    }

    [Fact]
    public async Task Ever_new_urls_of_the_same_content_end()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", [.. Enumerable.Range(0, 200).Select(static i => $"/p?x={i}")]);
        // All pages are the same, byte by byte.
        site.Otherwise(static context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<a href='/'>home</a>");
        });

        var result = await RunAsync(site, new CrawlSpecification { PerHost = 2, Traps = new TrapLimits { Same = 10 } });

        Assert.InRange(result.End.Totals.Success, 11, 13);
        Assert.Equal(201, result.Records.Length);
        Assert.All(Skipped(result), static record => Assert.StartsWith("more than 10 such pages have the same content (see --traps same)", record.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_counted_holds_over_a_pause()
    {
        await using var site = await TestSite.StartAsync();
        var (held, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.Page("/", "/list?a=0&b=0");
        site.Otherwise(async context =>
        {
            var a = int.Parse(context.Request.Query["a"]!, CultureInfo.InvariantCulture);
            if (a == 20)
            {
                held.TrySetResult();
                await gate.Task.WaitAsync(context.RequestAborted);
            }

            await TestSite.HtmlAsync(context, $"?a={a + 1}&b=0");
        });

        var crawl = await cluster.StartAsync(new CrawlSpecification { Traps = new TrapLimits { Queries = 30 } }, site.Url("/"));
        await held.Task;
        Assert.Null(await crawl.PauseAsync());
        var first = await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var second = await CrawlCluster.FollowAsync(crawl);

        Assert.Equal((CrawlState.Paused, CrawlState.Finished), (first.End.State, second.End.State));
        Assert.Equal((31L, 1L), (second.End.Totals.Success, second.End.Totals.Skipped));
    }

    private static List<PageRecord> Skipped(CrawlResult result) => [.. result.Records.Where(static record => record.Outcome == PageOutcome.Skipped)];

    private async Task<CrawlResult> RunAsync(TestSite site, CrawlSpecification specification)
    {
        var result = await cluster.RunAsync(specification, site.Url("/"));
        Assert.Equal(CrawlState.Finished, result.End.State);
        Assert.Equal(result.Records.Length, result.Urls.Distinct().Count());
        Assert.Equal(result.Records.Length - Skipped(result).Count, site.Requests.Count());
        return result;
    }
}
