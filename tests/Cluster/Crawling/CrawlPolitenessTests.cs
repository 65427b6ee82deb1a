using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlPolitenessTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Fact]
    public async Task What_robots_txt_forbids_is_never_requested()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots("User-agent: *\nDisallow: /private/\nAllow: /private/open").Page("/", "/private/x", "/private/open").Page("/private/open");

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        var refused = result[site.Url("/private/x")];
        Assert.Equal((PageOutcome.Disallowed, 0, null), (refused.Outcome, refused.Attempts, refused.FinalUrl));
        Assert.Equal("robots.txt, line 2: Disallow: /private/", refused.Error);
        Assert.Equal(["/", "/private/open"], site.Requests.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_group_of_the_own_name_goes_before_that_for_all()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots("User-agent: *\nDisallow: /\n\nUser-agent: testbot\nDisallow: /no").Page("/", "/no");

        var result = await cluster.RunAsync(new CrawlSpecification { UserAgent = "TestBot/1.0 (test)" }, site.Url("/"));

        Assert.Equal(PageOutcome.Success, result[site.Url("/")].Outcome);
        Assert.Equal(PageOutcome.Disallowed, result[site.Url("/no")].Outcome);
    }

    [Fact]
    public async Task Without_robots_txt_nobody_asks_for_it()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots("User-agent: *\nDisallow: /").Page("/");

        var result = await cluster.RunAsync(new CrawlSpecification { ObeyRobots = false }, site.Url("/"));

        Assert.Equal(PageOutcome.Success, result[site.Url("/")].Outcome);
        Assert.Single(site.Starts);
    }

    [Fact]
    public async Task A_robots_txt_that_fails_forbids_everything()
    {
        await using var site = await TestSite.StartAsync();
        site.Status("/robots.txt", 503).Page("/");

        var result = await cluster.RunAsync(new CrawlSpecification { Retries = 0 }, site.Url("/"));

        Assert.Equal((PageOutcome.Disallowed, "robots.txt: HTTP 503"), (result[site.Url("/")].Outcome, result[site.Url("/")].Error));
        Assert.Empty(site.Requests);
    }

    [Fact]
    public async Task Robots_txt_is_fetched_once_for_two_crawls()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots("User-agent: *\nDisallow: /no").Page("/");

        await Task.WhenAll(cluster.RunAsync(new CrawlSpecification(), site.Url("/")), cluster.RunAsync(new CrawlSpecification(), site.Url("/")));

        Assert.Equal(3, site.Starts.Count());
    }

    [Fact]
    public async Task Starts_keep_their_distance()
    {
        await using var site = await TestSite.StartAsync("127.0.0.4");
        site.Page("/", "/a", "/b", "/c").Page("/a").Page("/b").Page("/c");
        var delay = TimeSpan.FromMilliseconds(200);

        await cluster.RunAsync(new CrawlSpecification { Delay = delay, PerHost = 4 }, site.Url("/"));

        site.AssertDistance(5, delay);
    }

    [Fact]
    public async Task A_crawl_delay_is_kept()
    {
        await using var site = await TestSite.StartAsync("127.0.0.5");
        site.Robots("User-agent: *\nCrawl-delay: 0.3").Page("/", "/a", "/b").Page("/a").Page("/b");

        await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        site.AssertDistance(4, TimeSpan.FromSeconds(0.3));
    }

    [Fact]
    public async Task Retry_after_is_kept_by_the_whole_host()
    {
        await using var site = await TestSite.StartAsync("127.0.0.6");
        var refused = 0L;
        site.Page("/", "/busy", "/other").Page("/other").Serve("/busy", context =>
        {
            if (Interlocked.CompareExchange(ref refused, TimeProvider.System.GetTimestamp(), 0) != 0) return TestSite.HtmlAsync(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });

        var result = await cluster.RunAsync(new CrawlSpecification { PerHost = 1 }, site.Url("/"));

        Assert.Equal((PageOutcome.Success, 2), (result[site.Url("/busy")].Outcome, result[site.Url("/busy")].Attempts));
        Assert.All(site.Starts.Where(start => start > refused), start => Assert.InRange(TimeProvider.System.GetElapsedTime(refused, start).TotalSeconds, 0.95, 30));
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_and_what_may_not_is_not()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/500", "/404").Status("/500", 500).Status("/404", 404);

        var result = await cluster.RunAsync(new CrawlSpecification { Retries = 1 }, site.Url("/"));

        Assert.Equal((PageOutcome.Error, 500, 2), (result[site.Url("/500")].Outcome, result[site.Url("/500")].Status, result[site.Url("/500")].Attempts));
        Assert.Equal((PageOutcome.Error, 404, 1), (result[site.Url("/404")].Outcome, result[site.Url("/404")].Status, result[site.Url("/404")].Attempts));
    }

    [Fact]
    public async Task A_host_that_refuses_connections_is_an_error_of_its_pages()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dead = $"http://{listener.LocalEndpoint}/x";
        listener.Stop();

        var result = await cluster.RunAsync(new CrawlSpecification { Retries = 1 }, dead);

        Assert.Equal((PageOutcome.Error, 2), (result[dead].Outcome, result[dead].Attempts));
        Assert.Contains("connection refused", result[dead].Error, StringComparison.Ordinal);
    }
}
