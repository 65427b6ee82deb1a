using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Orleans.Core.Internal;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>How a host and an address are treated by all that a cluster crawls.</summary>
public sealed class CrawlHostTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Names_of_one_address_share_its_slots(bool inTwoCrawls)
    {
        await using var site = await TestSite.StartAsync();
        string[] paths = [.. Enumerable.Range(0, 20).Select(static i => $"/p{i}")];
        site.Page("/", paths);
        foreach (var path in paths)
            site.Serve(path, static async context =>
            {
                // Long enough that whatever may be open is.
                await Task.Delay(50, context.RequestAborted);
                await TestSite.HtmlAsync(context);
            });
        string[] seeds = [site.Url("/"), site.Url("/").Replace("127.0.0.1", "localhost", StringComparison.Ordinal)];
        var polite = new CrawlSpecification { PerHost = 2 };

        var results = inTwoCrawls
            ? await Task.WhenAll(seeds.Select(seed => cluster.RunAsync(polite, seed)))
            : [await cluster.RunAsync(polite, seeds)];

        Assert.Equal(42, results.Sum(static result => result.End.Totals.Success));
        Assert.Equal(2, site.PeakOpen);
    }

    [Fact]
    public async Task More_crawls_than_a_host_has_slots_take_turns()
    {
        await using var site = await TestSite.StartAsync("127.0.0.11");
        string[] paths = [.. Enumerable.Range(0, 100).Select(static i => $"/p{i}")];
        site.Page("/a", paths).Page("/b", paths);
        foreach (var path in paths)
            site.Serve(path, static async context =>
            {
                await Task.Delay(5, context.RequestAborted);
                await TestSite.HtmlAsync(context);
            });
        var alone = new CrawlSpecification { PerHost = 1 };

        var results = await Task.WhenAll(cluster.RunAsync(alone, site.Url("/a")), cluster.RunAsync(alone, site.Url("/b")));

        Assert.All(results, static result => Assert.Equal(101, result.End.Totals.Success));
        Assert.Equal(1, site.PeakOpen);
        // If one crawl had to wait for the other's end, its first request would come after all of that.
        Assert.InRange(site.Requests.Select(static (path, index) => (path, index)).Last(static request => request.path is "/a" or "/b").index, 1, 100);
    }

    [Fact]
    public async Task A_host_that_gets_slow_is_asked_for_less_at_a_time()
    {
        await using var site = await TestSite.StartAsync("127.0.0.9");
        var (open, openAtStart) = (0, new ConcurrentQueue<int>());
        string[] paths = [.. Enumerable.Range(0, 7).Select(static i => $"/p{i}")];
        site.Page("/", paths);
        foreach (var path in paths)
            site.Serve(path, async context =>
            {
                openAtStart.Enqueue(Interlocked.Increment(ref open));
                await Task.Delay(TimeSpan.FromSeconds(1.2), context.RequestAborted);
                Interlocked.Decrement(ref open);
                await TestSite.HtmlAsync(context);
            });

        var result = await cluster.RunAsync(new CrawlSpecification { PerHost = 2 }, site.Url("/"));

        Assert.Equal(8, result.End.Totals.Success);
        Assert.Equal(2, openAtStart.Max());
        Assert.Equal([1, 1, 1], openAtStart.Skip(4));
    }

    [Fact]
    public async Task A_host_that_refuses_again_and_again_is_left_alone_for_longer_each_time()
    {
        await using var site = await TestSite.StartAsync("127.0.0.12");
        var refusals = new ConcurrentQueue<long>();
        string[] paths = ["/a", "/b", "/c"];
        site.Page("/", paths);
        foreach (var path in paths)
        {
            var isRefused = true;
            site.Serve(path, context =>
            {
                if (!isRefused) return TestSite.HtmlAsync(context);
                isRefused = false;
                refusals.Enqueue(Stopwatch.GetTimestamp());
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return Task.CompletedTask;
            });
        }

        var result = await cluster.RunAsync(new CrawlSpecification { PerHost = 1 }, site.Url("/"));

        Assert.Equal(4, result.End.Totals.Success);
        var pauses = refusals.Select(refused => Stopwatch.GetElapsedTime(refused, site.Starts.First(start => start > refused)).TotalSeconds).ToArray();
        Assert.InRange(pauses[0], 0.45, 30);
        Assert.InRange(pauses[1], 0.95, 30);
        Assert.InRange(pauses[2], 1.9, 30);
    }

    [Fact]
    public async Task While_robots_txt_cannot_be_had_pages_wait_and_are_fetched_once_it_can()
    {
        await using var site = await TestSite.StartAsync();
        var asked = 0;
        site.Page("/", "/no").Serve("/robots.txt", context =>
        {
            if (++asked > 2) return context.Response.WriteAsync("User-agent: *\nDisallow: /no");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });

        var result = await cluster.RunAsync(new CrawlSpecification { Retries = 2 }, site.Url("/"));

        Assert.Equal((PageOutcome.Success, 1), (result[site.Url("/")].Outcome, result[site.Url("/")].Attempts));
        Assert.Equal((PageOutcome.Disallowed, 3), (result[site.Url("/no")].Outcome, asked));
        Assert.Equal(["/"], site.Requests);
    }

    [Fact]
    public async Task Robots_txt_that_never_comes_is_asked_for_as_often_as_a_page_and_forbids_everything()
    {
        await using var site = await TestSite.StartAsync();
        site.Status("/robots.txt", 500).Page("/");

        var result = await cluster.RunAsync(new CrawlSpecification { Retries = 1 }, site.Url("/"));

        Assert.Equal((PageOutcome.Disallowed, "robots.txt: HTTP 500"), (result[site.Url("/")].Outcome, result[site.Url("/")].Error));
        Assert.Equal(2, site.Starts.Count());
    }

    [Fact]
    public async Task Delays_and_slots_are_kept_although_the_grain_of_the_host_is_lost()
    {
        await using var site = await TestSite.StartAsync("127.0.0.10");
        var host = cluster.Grains.GetGrain<IHostGrain>(HostKey.Create("127.0.0.10"));
        string[] paths = [.. Enumerable.Range(0, 15).Select(static i => $"/p{i}")];
        site.Page("/", paths);
        for (var i = 0; i < paths.Length; i++)
        {
            var isLost = i % 5 == 0;
            site.Serve(paths[i], async context =>
            {
                if (isLost) await host.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
                await TestSite.HtmlAsync(context);
            });
        }

        var delay = TimeSpan.FromMilliseconds(200);
        var result = await cluster.RunAsync(new CrawlSpecification { PerHost = 1, Delay = delay }, site.Url("/"));

        Assert.Equal(16, result.End.Totals.Success);
        Assert.Equal(1, site.PeakOpen);
        site.AssertDistance(17, delay);
    }
}
