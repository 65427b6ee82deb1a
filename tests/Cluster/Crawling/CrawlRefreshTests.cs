using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlRefreshTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    private static readonly CrawlSpecification Refresh = new() { Refresh = true };

    [Fact]
    public async Task What_has_not_changed_is_not_transferred_and_its_links_are_followed_again()
    {
        await using var site = await TestSite.StartAsync();
        var transferred = new ConcurrentBag<string>();
        site.Serve("/", Conditional("\"1\"", null, "/dated", "/plain", "/gone")).Serve("/dated", Conditional(null, "Thu, 01 Jan 2026 00:00:00 GMT", "/deep")).Serve("/deep", Conditional("W/\"x\"", null)).Page("/plain").Page("/gone");
        var crawl = await cluster.StartAsync(Refresh, site.Url("/"));
        var first = await CrawlCluster.FollowAsync(crawl);
        Assert.Equal(["/", "/dated", "/deep"], transferred.Order(StringComparer.Ordinal));

        transferred.Clear();
        site.Status("/gone", 404);
        var second = await AgainAsync(crawl, site.Url("/"));

        Assert.Empty(transferred);
        Assert.Equal(first.Urls, second.Urls);
        foreach (var path in (string[])["/", "/dated", "/deep"])
        {
            var (before, after) = (first[site.Url(path)], second[site.Url(path)]);
            Assert.Equal((PageOutcome.Success, 200), (before.Outcome, before.Status));
            Assert.Equal((PageOutcome.Success, 304), (after.Outcome, after.Status));
            Assert.Equal((before.Sha256, before.Title, before.Bytes, before.ContentType, before.Charset, before.Depth), (after.Sha256, after.Title, after.Bytes, after.ContentType, after.Charset, after.Depth));
            Assert.Equal(before.Links, after.Links);
        }

        Assert.Equal((200, 404), (second[site.Url("/plain")].Status, second[site.Url("/gone")].Status));
        Assert.Equal((CrawlState.Finished, 4L, 1L), (second.End.State, second.End.Totals.Success, second.End.Totals.Error));

        // And once more: what was not transferred is known nevertheless.
        Assert.Equal(304, (await AgainAsync(crawl, site.Url("/")))[site.Url("/deep")].Status);
        Assert.Empty(transferred);

        RequestDelegate Conditional(string? etag, string? modified, params string[] links) => context =>
        {
            context.Response.Headers.ETag = etag;
            context.Response.Headers.LastModified = modified;
            if ((etag is not null && context.Request.Headers.IfNoneMatch == etag) || (modified is not null && context.Request.Headers.IfModifiedSince == modified))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            transferred.Add(context.Request.Path);
            return TestSite.HtmlAsync(context, links);
        };
    }

    [Fact]
    public async Task What_has_changed_is_taken_as_it_is_now()
    {
        await using var site = await TestSite.StartAsync();
        var version = 1;
        site.Page("/a").Page("/b").Serve("/", context =>
        {
            context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
            return TestSite.HtmlAsync(context, version == 1 ? "/a" : "/b");
        });
        var crawl = await cluster.StartAsync(Refresh, site.Url("/"));
        var first = await CrawlCluster.FollowAsync(crawl);
        version = 2;
        var second = await AgainAsync(crawl, site.Url("/"));

        Assert.Equal(site.Urls("/", "/a"), first.Urls);
        Assert.Equal(site.Urls("/", "/b"), second.Urls);
        Assert.Equal(200, second[site.Url("/")].Status);
    }

    [Fact]
    public async Task Links_of_a_page_that_forbids_to_follow_them_are_never_followed()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/no").Serve("/", context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            if (context.Request.Headers.IfNoneMatch.Count > 0) context.Response.StatusCode = StatusCodes.Status304NotModified;
            else return WriteAsync(context);
            return Task.CompletedTask;
        });
        var crawl = await cluster.StartAsync(Refresh, site.Url("/"));
        await CrawlCluster.FollowAsync(crawl);
        var second = await AgainAsync(crawl, site.Url("/"));

        Assert.Equal(site.Urls("/"), second.Urls);
        Assert.Equal(200, second[site.Url("/")].Status);

        static Task WriteAsync(HttpContext context)
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<meta name=robots content=nofollow><a href=/no>x</a>");
        }
    }

    [Fact]
    public async Task A_crawl_that_is_not_finished_cannot_begin_again()
    {
        await using var site = await TestSite.StartAsync();
        var held = new TaskCompletionSource();
        site.Serve("/", context =>
        {
            held.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        var crawl = await cluster.StartAsync(Refresh, site.Url("/"));
        await held.Task;

        Assert.EndsWith("is running", await crawl.RefreshAsync(), StringComparison.Ordinal);
        Assert.Null(await crawl.PauseAsync());
        await CrawlCluster.FollowAsync(crawl);
        Assert.EndsWith("is not finished", await crawl.RefreshAsync(), StringComparison.Ordinal);
        Assert.Null(await crawl.CancelAsync());
        Assert.Null(await crawl.RefreshAsync());
        Assert.Equal(CrawlState.New, (await crawl.GetProgressAsync()).State);
    }

    private static async Task<CrawlResult> AgainAsync(ICrawlGrain crawl, string seed)
    {
        Assert.Null(await crawl.RefreshAsync());
        await crawl.AddSeedsAsync([seed]);
        Assert.True(await crawl.StartAsync(Refresh, isDetached: false, []));
        return await CrawlCluster.FollowAsync(crawl);
    }
}
