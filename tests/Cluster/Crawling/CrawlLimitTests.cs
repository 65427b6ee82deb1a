using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlLimitTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Fact]
    public async Task The_page_limit_is_met_exactly_over_all_origins()
    {
        await using var left = await TestSite.StartAsync();
        await using var right = await TestSite.StartAsync("127.0.0.2");
        string[] paths = [.. Enumerable.Range(0, 60).Select(static i => $"/p{i}")];
        foreach (var site in new[] { left, right })
        {
            site.Page("/", paths);
            foreach (var path in paths) site.Page(path);
        }

        var result = await cluster.RunAsync(new CrawlSpecification { MaxPages = 31 }, left.Url("/"), right.Url("/"));

        Assert.Equal(31, left.Requests.Count() + right.Requests.Count());
        Assert.Equal(31, result.End.Totals.Pages);
        var skipped = result.Records.Where(static record => record.Outcome == PageOutcome.Skipped).ToArray();
        Assert.NotEmpty(skipped);
        Assert.All(skipped, record => Assert.Equal("page limit of 31 reached (--max-pages)", record.Error));
        Assert.Equal(result.Records.Length, result.Urls.Distinct().Count());
    }

    [Fact]
    public async Task A_limit_above_the_number_of_pages_changes_nothing()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/a", "/b").Page("/a").Page("/b");

        var result = await cluster.RunAsync(new CrawlSpecification { MaxPages = 4 }, site.Url("/"));

        Assert.Equal(3, result.End.Totals.Success);
        Assert.Equal(0, result.End.Totals.Skipped);
    }

    [Fact]
    public async Task The_time_limit_skips_what_runs_and_what_waits()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/hangs", "/waits").Serve("/hangs", static context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var result = await cluster.RunAsync(new CrawlSpecification { MaxTime = TimeSpan.FromSeconds(1), PerHost = 1 }, site.Url("/"));

        Assert.Equal(CrawlState.Finished, result.End.State);
        Assert.Equal(PageOutcome.Success, result[site.Url("/")].Outcome);
        Assert.All(site.Urls("/hangs", "/waits"), url => Assert.Equal((PageOutcome.Skipped, "time limit of 00:00:01 reached (--max-time)"), (result[url].Outcome, result[url].Error)));
    }

    [Fact]
    public async Task Cancelling_ends_open_requests_and_drops_what_waits()
    {
        await using var site = await TestSite.StartAsync();
        var hanging = new TaskCompletionSource();
        site.Page("/", "/hangs", "/waits").Serve("/hangs", context =>
        {
            hanging.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var crawl = await cluster.StartAsync(new CrawlSpecification { PerHost = 1 }, site.Url("/"));
        await hanging.Task;

        Assert.Null(await crawl.CancelAsync());
        var result = await CrawlCluster.FollowAsync(crawl);

        Assert.Equal(CrawlState.Canceled, result.End.State);
        Assert.Equal([site.Url("/")], result.Urls);
    }

    [Fact]
    public async Task A_host_sees_no_more_requests_at_a_time_than_allowed_and_as_many()
    {
        await using var site = await TestSite.StartAsync();
        var full = new TaskCompletionSource();
        string[] paths = [.. Enumerable.Range(0, 40).Select(static i => $"/p{i}")];
        site.Page("/", paths);
        foreach (var path in paths)
            site.Serve(path, async context =>
            {
                if (site.PeakOpen == 3) full.TrySetResult();
                await full.Task;
                await TestSite.HtmlAsync(context);
            });

        await cluster.RunAsync(new CrawlSpecification { PerHost = 3 }, site.Url("/"));

        Assert.Equal(3, site.PeakOpen);
    }

    [Fact]
    public async Task Two_crawls_of_one_host_share_its_slots()
    {
        await using var site = await TestSite.StartAsync("127.0.0.3");
        string[] paths = [.. Enumerable.Range(0, 40).Select(static i => $"/p{i}")];
        site.Page("/", paths);
        foreach (var path in paths) site.Page(path);
        var polite = new CrawlSpecification { PerHost = 2 };

        var results = await Task.WhenAll(cluster.RunAsync(polite, site.Url("/")), cluster.RunAsync(polite, site.Url("/")));

        Assert.All(results, static result => Assert.Equal(41, result.End.Totals.Success));
        Assert.InRange(site.PeakOpen, 1, 2);
    }

    [Fact]
    public async Task All_hosts_together_see_no_more_requests_at_a_time_than_allowed()
    {
        await using var left = await TestSite.StartAsync();
        await using var right = await TestSite.StartAsync("127.0.0.2");
        string[] paths = [.. Enumerable.Range(0, 40).Select(static i => $"/p{i}")];
        var (open, peak) = (0, 0);
        foreach (var site in new[] { left, right })
        {
            site.Page("/", paths);
            foreach (var path in paths)
                site.Serve(path, async context =>
                {
                    var now = Interlocked.Increment(ref open);
                    InterlockedMax(ref peak, now);
                    await Task.Yield();
                    await TestSite.HtmlAsync(context);
                    Interlocked.Decrement(ref open);
                });
        }

        var result = await cluster.RunAsync(new CrawlSpecification { MaxConcurrent = 2 }, left.Url("/"), right.Url("/"));

        Assert.Equal(82, result.End.Totals.Success);
        Assert.InRange(peak, 1, 2);
    }

    [Fact]
    public async Task An_origin_that_waits_leaves_its_slot_to_others()
    {
        await using var left = await TestSite.StartAsync("127.0.0.7");
        await using var right = await TestSite.StartAsync("127.0.0.8");
        string[] paths = [.. Enumerable.Range(0, 5).Select(static i => $"/p{i}")];
        right.Page("/", paths);
        foreach (var path in paths) right.Page(path);
        var rightIsDone = false;
        var tries = 0;
        left.Serve("/", context =>
        {
            if (++tries > 1)
            {
                rightIsDone = right.Requests.Count() == 6;
                return TestSite.HtmlAsync(context);
            }

            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "5";
            return Task.CompletedTask;
        });

        var result = await cluster.RunAsync(new CrawlSpecification { MaxConcurrent = 1 }, left.Url("/"), right.Url("/"));

        Assert.Equal(7, result.End.Totals.Success);
        Assert.True(rightIsDone, "the other origin had to wait until the first had its second attempt");
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; value > seen; seen = target)
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
                return;
    }
}
