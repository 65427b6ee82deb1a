using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlCookieTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Fact]
    public async Task A_cookie_goes_with_redirects_and_further_pages()
    {
        await using var site = await TestSite.StartAsync();
        site.Serve("/cookie/set", Set("/cookie/need")).Serve("/cookie/need", Need("/cookie/child")).Serve("/cookie/child", Need());

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/cookie/set"));

        Assert.Equal((PageOutcome.Success, site.Url("/cookie/need")), (result[site.Url("/cookie/set")].Outcome, result[site.Url("/cookie/set")].FinalUrl));
        Assert.Equal(PageOutcome.Success, result[site.Url("/cookie/child")].Outcome);
    }

    [Fact]
    public async Task A_page_that_redirects_to_itself_once_it_has_set_a_cookie_is_no_loop()
    {
        await using var site = await TestSite.StartAsync();
        site.Serve("/", context => context.Request.Cookies.ContainsKey("id") ? TestSite.HtmlAsync(context) : Set("/")(context));

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        Assert.Equal((PageOutcome.Success, 200), (result[site.Url("/")].Outcome, result[site.Url("/")].Status));
    }

    [Fact]
    public async Task A_page_that_redirects_to_itself_although_it_has_its_cookie_is_a_loop()
    {
        await using var site = await TestSite.StartAsync();
        site.Serve("/", Set("/"));

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        Assert.Equal((PageOutcome.Error, $"redirect loop at {site.Url("/")}"), (result[site.Url("/")].Outcome, result[site.Url("/")].Error));
        Assert.Equal(2, site.Requests.Count());
    }

    [Fact]
    public async Task Neither_another_origin_nor_another_crawl_gets_a_cookie()
    {
        await using var site = await TestSite.StartAsync();
        await using var other = await TestSite.StartAsync("127.0.0.2");
        var seen = new ConcurrentBag<string>();
        site.Serve("/", Set("/page")).Serve("/page", context => TestSite.HtmlAsync(context, other.Url("/"))).Serve("/again", Note);
        other.Serve("/", Note);

        await cluster.RunAsync(new CrawlSpecification { Scope = ScopeKind.Any }, site.Url("/"));
        await cluster.RunAsync(new CrawlSpecification(), site.Url("/again"));

        Assert.Equal(["", ""], seen);

        Task Note(HttpContext context)
        {
            seen.Add(context.Request.Headers.Cookie.ToString());
            return TestSite.HtmlAsync(context);
        }
    }

    [Fact]
    public async Task Without_cookies_none_is_sent()
    {
        await using var site = await TestSite.StartAsync();
        site.Serve("/", Set("/need")).Serve("/need", Need());

        var result = await cluster.RunAsync(new CrawlSpecification { KeepCookies = false }, site.Url("/"));

        Assert.Equal((PageOutcome.Error, 403), (result[site.Url("/")].Outcome, result[site.Url("/")].Status));
    }

    [Fact]
    public async Task A_resumed_crawl_has_its_cookies()
    {
        await using var site = await TestSite.StartAsync();
        var (held, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.Serve("/", context =>
        {
            context.Response.Cookies.Append("id", "1");
            return TestSite.HtmlAsync(context, "/need");
        });
        site.Serve("/need", async context =>
        {
            held.TrySetResult();
            await gate.Task.WaitAsync(context.RequestAborted);
            await Need()(context);
        });

        var crawl = await cluster.StartAsync(new CrawlSpecification(), site.Url("/"));
        await held.Task;
        Assert.Null(await crawl.PauseAsync());
        await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var result = await CrawlCluster.FollowAsync(crawl);

        Assert.Equal(PageOutcome.Success, result[site.Url("/need")].Outcome);
    }

    private static RequestDelegate Set(string target) => context =>
    {
        context.Response.Cookies.Append("id", "1");
        context.Response.Redirect(target);
        return Task.CompletedTask;
    };

    private static RequestDelegate Need(params string[] links) => context =>
    {
        if (context.Request.Cookies["id"] == "1") return TestSite.HtmlAsync(context, links);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    };
}
