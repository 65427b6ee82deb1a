using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Fact]
    public async Task Every_page_is_fetched_once_and_reported_once()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/a", "/b", "/a#again", "/missing").Page("/a", "/", "/b", "/c").Page("/b", "/c", "mailto:nobody@example.org").Page("/c", "/a");

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        Assert.Equal(site.Urls("/", "/a", "/b", "/c", "/missing"), result.Urls);
        Assert.Equal(["/", "/a", "/b", "/c", "/missing"], site.Requests.Order(StringComparer.Ordinal));
        Assert.Equal((PageOutcome.Error, 404), (result[site.Url("/missing")].Outcome, result[site.Url("/missing")].Status));
        Assert.Equal((CrawlState.Finished, 4L, 1L), (result.End.State, result.End.Totals.Success, result.End.Totals.Error));
    }

    [Fact]
    public async Task A_record_says_where_the_page_was_found_and_what_is_on_it()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/a").Page("/a", "/", "http://elsewhere.test/x");

        var record = (await cluster.RunAsync(new CrawlSpecification(), site.Url("/")))[site.Url("/a")];

        Assert.Equal((1, site.Url("/"), 1), (record.Depth, record.Referrer, record.Attempts));
        Assert.Equal([site.Url("/"), "http://elsewhere.test/x"], record.Links);
        Assert.Equal(("/a", "text/html", "utf-8", site.Url("/a")), (record.Title, record.ContentType, record.Charset, record.FinalUrl));
        Assert.Equal(64, record.Sha256!.Length);
        Assert.NotNull(record.Silo);
    }

    [Fact]
    public async Task Links_lead_from_origin_to_origin_and_no_page_is_fetched_twice()
    {
        await using var left = await TestSite.StartAsync();
        await using var right = await TestSite.StartAsync("127.0.0.2");
        const int Pages = 150;
        string[] paths = ["/", .. Enumerable.Range(0, Pages).Select(static i => $"/p{i}")];
        for (var i = 0; i < paths.Length; i++)
        {
            var links = Enumerable.Range(1, 20).Select(step => paths[(i + (step * step)) % paths.Length]).ToArray();
            left.Page(paths[i], [.. links.Select(right.Url), .. links]);
            right.Page(paths[i], [.. links.Select(left.Url), .. links]);
        }

        var result = await cluster.RunAsync(new CrawlSpecification { Scope = ScopeKind.Any }, left.Url("/"));

        Assert.Equal(left.Urls(paths).Concat(right.Urls(paths)).Order(StringComparer.Ordinal), result.Urls);
        Assert.Equal(paths.Order(StringComparer.Ordinal), left.Requests.Order(StringComparer.Ordinal));
        Assert.Equal(paths.Order(StringComparer.Ordinal), right.Requests.Order(StringComparer.Ordinal));
        Assert.Equal(2, result.End.Totals.Hosts);
    }

    [Fact]
    public async Task Origins_that_have_nothing_to_do_for_a_while_go_on_when_links_come()
    {
        await using var left = await TestSite.StartAsync();
        await using var right = await TestSite.StartAsync("127.0.0.2");
        const int Rounds = 20;
        for (var i = 0; i < Rounds; i++)
        {
            left.Page($"/{i}", right.Url($"/{i}"));
            right.Page($"/{i}", left.Url($"/{i + 1}"));
        }

        var result = await cluster.RunAsync(new CrawlSpecification { Scope = ScopeKind.Any }, left.Url("/0"));

        Assert.Equal((2 * Rounds, 1), (result.End.Totals.Success, result.End.Totals.Error));
    }

    [Fact]
    public async Task Links_out_of_scope_are_listed_and_not_followed()
    {
        await using var inside = await TestSite.StartAsync();
        await using var outside = await TestSite.StartAsync();
        inside.Page("/", outside.Url("/x"), "/keep", "/drop-me").Page("/keep");

        var result = await cluster.RunAsync(new CrawlSpecification { Exclude = ["drop"] }, inside.Url("/"));

        Assert.Equal(inside.Urls("/", "/keep"), result.Urls);
        Assert.Equal([outside.Url("/x"), inside.Url("/keep"), inside.Url("/drop-me")], result[inside.Url("/")].Links);
        Assert.Empty(outside.Requests);
    }

    [Fact]
    public async Task Depth_0_fetches_exactly_the_seeds()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/a").Page("/b", "/c");

        var result = await cluster.RunAsync(new CrawlSpecification { MaxDepth = 0 }, site.Url("/"), site.Url("/b"), site.Url("/b#again"));

        Assert.Equal(site.Urls("/", "/b"), result.Urls);
    }

    [Fact]
    public async Task A_page_found_again_nearer_to_a_seed_hands_its_links_on_again()
    {
        await using var site = await TestSite.StartAsync();
        var deep = new TaskCompletionSource();
        site.Page("/", "/1", "/slow").Page("/1", "/2").Page("/2", "/x").Page("/y");
        site.Serve("/x", async context =>
        {
            await TestSite.HtmlAsync(context, "/y");
            deep.TrySetResult();
        });
        site.Serve("/slow", async context =>
        {
            await deep.Task;
            await TestSite.HtmlAsync(context, "/x");
        });

        var result = await cluster.RunAsync(new CrawlSpecification { MaxDepth = 3 }, site.Url("/"));

        // By way of /slow, /x is at depth 2 and /y within the limit, although /x was done at depth 3 before that was known.
        Assert.Equal(site.Urls("/", "/1", "/2", "/slow", "/x", "/y"), result.Urls);
        Assert.Equal(3, result[site.Url("/y")].Depth);
        Assert.Single(site.Requests, "/x");
    }

    [Fact]
    public async Task Malformed_and_repeated_seeds_have_one_record_each()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/");

        var result = await cluster.RunAsync(new CrawlSpecification { MaxDepth = 0 }, "http://", "ftp://example.org/", "http://", site.Url("/"), site.Url("/"));

        Assert.Equal(3, result.Records.Length);
        Assert.Equal((PageOutcome.Error, 0), (result["http://"].Outcome, result["http://"].Attempts));
        Assert.Contains("not a URL that can be crawled", result["ftp://example.org/"].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_one_content_are_counted_at_the_end()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/1", "/2", "/3", "/moved", "/other").Redirect("/moved", "/1").Page("/other");
        foreach (var path in (string[])["/1", "/2", "/3"]) site.Serve(path, static context => context.Response.WriteAsync("the same"));

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        Assert.Equal((6L, 2L), (result.End.Totals.Success, result.End.Totals.Duplicates));
    }

    [Fact]
    public async Task A_crawl_starts_once()
    {
        await using var site = await TestSite.StartAsync();
        var crawl = await cluster.StartAsync(new CrawlSpecification(), site.Url("/"));

        Assert.False(await crawl.StartAsync(new CrawlSpecification(), isDetached: false, []));
        await CrawlCluster.FollowAsync(crawl);
        Assert.False(await crawl.StartAsync(new CrawlSpecification(), isDetached: false, []));
    }

    [Fact]
    public async Task Records_are_repeated_until_they_are_acknowledged()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/");
        var crawl = await cluster.StartAsync(new CrawlSpecification(), site.Url("/"));

        var follower = Guid.NewGuid();
        await crawl.FollowAsync(follower);
        var first = await crawl.ReadAsync(follower, CrawlPosition.Start, []);
        var again = await crawl.ReadAsync(follower, CrawlPosition.Start, []);
        var after = await crawl.ReadAsync(follower, first.Last, []);

        Assert.Equal(site.Url("/"), Assert.Single(first.Records).Url);
        Assert.Equal(site.Url("/"), Assert.Single(again.Records).Url);
        Assert.Empty(after.Records);
        Assert.Equal(CrawlState.Finished, after.End!.State);
    }
}
