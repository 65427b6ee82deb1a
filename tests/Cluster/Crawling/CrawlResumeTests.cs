using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlResumeTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Fact]
    public async Task A_paused_crawl_goes_on_and_fetches_again_only_what_was_in_flight()
    {
        await using var site = await TestSite.StartAsync();
        var (held, gate) = (new CountdownEvent(2), new TaskCompletionSource());
        string[] paths = [.. Enumerable.Range(0, 30).Select(static i => $"/p{i}")];
        site.Page("/", paths);
        for (var i = 0; i < paths.Length; i++)
        {
            var (path, last) = (paths[i], i >= 10);
            site.Serve(path, async context =>
            {
                if (last && !held.IsSet) held.Signal();
                if (last && !gate.Task.IsCompleted) await gate.Task.WaitAsync(context.RequestAborted);
                await TestSite.HtmlAsync(context, "/", path + "/leaf");
            }).Page(path + "/leaf");
        }

        var crawl = await cluster.StartAsync(new CrawlSpecification { PerHost = 2 }, site.Url("/"));
        await Task.Run(() => held.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Null(await crawl.PauseAsync());
        var first = await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var second = await CrawlCluster.FollowAsync(crawl);

        Assert.Equal((CrawlState.Paused, CrawlState.Finished), (first.End.State, second.End.State));
        Assert.Equal(11, first.Records.Length);
        var all = first.Records.Concat(second.Records).Select(static record => record.Url).Order(StringComparer.Ordinal);
        Assert.Equal(site.Urls(["/", .. paths, .. paths.Select(static path => path + "/leaf")]), all);
        var again = site.Requests.GroupBy(static path => path).Where(static requests => requests.Count() > 1).Select(static requests => requests.Key);
        Assert.InRange(again.Count(), 0, 2);
        Assert.Equal(61, second.End.Totals.Success);
    }

    [Fact]
    public async Task Links_between_origins_and_depths_survive_a_pause()
    {
        await using var left = await TestSite.StartAsync();
        await using var right = await TestSite.StartAsync("127.0.0.2");
        var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        left.Page("/", "/1", "/slow").Page("/1", "/2").Page("/2", right.Url("/x"));
        right.Page("/x", left.Url("/y"));
        left.Page("/y", right.Url("/z"));
        right.Page("/z");
        // Its link makes /x be found at depth 2, and then /z within the limit.
        left.Serve("/slow", async context =>
        {
            reached.TrySetResult();
            await gate.Task.WaitAsync(context.RequestAborted);
            await TestSite.HtmlAsync(context, right.Url("/x"));
        });

        var crawl = await cluster.StartAsync(new CrawlSpecification { Scope = ScopeKind.Any, MaxDepth = 4 }, left.Url("/"));
        await reached.Task;
        while ((await crawl.GetProgressAsync()).Totals.Success < 5) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Null(await crawl.PauseAsync());
        var first = await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var second = await CrawlCluster.FollowAsync(crawl);

        var all = first.Records.Concat(second.Records).Select(static record => record.Url).Order(StringComparer.Ordinal);
        Assert.Equal(left.Urls("/", "/1", "/2", "/slow", "/y").Concat(right.Urls("/x", "/z")).Order(StringComparer.Ordinal), all);
        Assert.Single(right.Requests, "/x");
        Assert.Single(left.Requests, "/y");
    }

    [Fact]
    public async Task The_page_limit_counts_what_was_requested_before_a_pause()
    {
        await using var site = await TestSite.StartAsync();
        var (held, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.Page("/", [.. Enumerable.Range(0, 20).Select(static i => $"/p{i}")]);
        for (var i = 0; i < 20; i++)
        {
            site.Serve($"/p{i}", async context =>
            {
                if (context.Request.Path == "/p4")
                {
                    held.TrySetResult();
                    await gate.Task.WaitAsync(context.RequestAborted);
                }

                await TestSite.HtmlAsync(context);
            });
        }

        var crawl = await cluster.StartAsync(new CrawlSpecification { PerHost = 1, MaxPages = 8 }, site.Url("/"));
        await held.Task;
        Assert.Null(await crawl.PauseAsync());
        var first = await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var second = await CrawlCluster.FollowAsync(crawl);

        Assert.Equal(5, first.Records.Length);
        Assert.Equal((8L, 13L), (second.End.Totals.Success, second.End.Totals.Skipped));
    }

    [Fact]
    public async Task More_urls_than_a_window_holds_are_each_fetched_once()
    {
        await using var site = await TestSite.StartAsync();
        const int Pages = 12_000;
        for (var i = 0; i < Pages / 1000; i++) site.Page($"/list{i}", [.. Enumerable.Range(i * 1000, 1000).Select(static p => $"/p{p}")]);
        site.Page("/", [.. Enumerable.Range(0, Pages / 1000).Select(static i => $"/list{i}")]);
        for (var i = 0; i < Pages; i++) site.Page($"/p{i}", $"/p{(i * 7) % Pages}");

        var result = await cluster.RunAsync(new CrawlSpecification { PerHost = 64 }, site.Url("/"));

        Assert.Equal(Pages + (Pages / 1000) + 1, result.Records.Select(static record => record.Url).Distinct().Count());
        Assert.Equal(result.Records.Length, site.Requests.Count());
    }

    [Fact]
    public async Task A_finished_crawl_is_listed_and_read_from_the_store_until_it_is_deleted()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/a").Page("/a");
        var crawl = await cluster.StartAsync(new CrawlSpecification(), site.Url("/"), "nonsense");
        var result = await CrawlCluster.FollowAsync(crawl);
        var (id, directory) = (crawl.GetPrimaryKeyString(), cluster.Grains.GetGrain<ICrawlDirectoryGrain>(0));

        var info = Assert.Single(await directory.ListAsync(), info => info.Id == id);
        Assert.Equal((CrawlState.Finished, 2L, 1L, 0L), (info.State, info.Totals.Success, info.Totals.Error, info.Open));
        var pages = await directory.ReadPagesAsync(id, StoredPosition.Start, deliveredOnly: false);
        Assert.Equal(result.Records.OrderBy(static r => r.Url).Select(Text), pages.Records.OrderBy(static r => r.Url).Select(Text));
        Assert.Equal($"crawl {id} is finished", await crawl.ResumeAsync());
        Assert.Null(await crawl.DeleteAsync());
        Assert.DoesNotContain(await directory.ListAsync(), info => info.Id == id);
        Assert.Empty((await directory.ReadPagesAsync(id, StoredPosition.Start, deliveredOnly: false)).Records);

        static string Text(PageRecord record) => $"{record with { Links = [], Redirects = [] }} {string.Join(' ', record.Links)} {string.Join(' ', record.Redirects)}";
    }

    [Fact]
    public async Task Whoever_follows_a_crawl_anew_gets_what_was_not_acknowledged_and_overtakes()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/");
        var crawl = await cluster.StartAsync(new CrawlSpecification(), site.Url("/"));
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await crawl.FollowAsync(first);
        Assert.Single((await crawl.ReadAsync(first, CrawlPosition.Start, [])).Records);

        await crawl.FollowAsync(second);
        Assert.True((await crawl.ReadAsync(first, CrawlPosition.Start, [])).IsOvertaken);
        var batch = await crawl.ReadAsync(second, CrawlPosition.Start, []);
        Assert.Single(batch.Records);
        Assert.NotNull((await crawl.ReadAsync(second, batch.Last, [new CrawlOutput("/x", 7)])).End);
        Assert.Equal([new CrawlOutput("/x", 7)], await crawl.FollowAsync(first));
    }
}
