using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlAuthenticationTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    // Of "user" and "p:ä".
    private const string Basic = "Basic dXNlcjpwOsOk";

    [Fact]
    public async Task User_and_password_of_a_given_url_go_to_its_origin_alone_and_stand_in_no_record()
    {
        await using var site = await TestSite.StartAsync();
        await using var other = await TestSite.StartAsync("127.0.0.2");
        var seen = new ConcurrentBag<string>();
        site.Serve("/", Closed("/inside", "/moved", other.Url("/"))).Serve("/inside", Closed("/")).Redirect("/moved", other.Url("/target"));
        other.Otherwise(context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            return TestSite.HtmlAsync(context);
        });

        var result = await cluster.RunAsync(new CrawlSpecification { Scope = ScopeKind.Any }, site.Url("/").Replace("http://", "http://user:p%3A%C3%A4@", StringComparison.Ordinal));

        Assert.Equal(site.Urls("/", "/inside", "/moved").Append(other.Url("/")).Order(StringComparer.Ordinal), result.Urls);
        Assert.Equal(4, result.End.Totals.Success);
        Assert.Equal(["", ""], seen);
        Assert.All(result.Records, static record => Assert.DoesNotContain("user", $"{record} {string.Join(' ', record.Links)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_them_the_answer_is_an_error()
    {
        await using var site = await TestSite.StartAsync();
        site.Serve("/", Closed());

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        Assert.Equal((PageOutcome.Error, 401, 1), (result[site.Url("/")].Outcome, result[site.Url("/")].Status, result[site.Url("/")].Attempts));
    }

    [Fact]
    public async Task A_resumed_crawl_has_them()
    {
        await using var site = await TestSite.StartAsync();
        var (held, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.Serve("/", async context =>
        {
            held.TrySetResult();
            await gate.Task.WaitAsync(context.RequestAborted);
            await Closed()(context);
        });

        var crawl = await cluster.StartAsync(new CrawlSpecification(), site.Url("/").Replace("http://", "http://user:p%3A%C3%A4@", StringComparison.Ordinal));
        await held.Task;
        Assert.Null(await crawl.PauseAsync());
        await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var result = await CrawlCluster.FollowAsync(crawl);

        Assert.Equal(PageOutcome.Success, result[site.Url("/")].Outcome);
    }

    [Fact]
    public async Task A_header_goes_to_the_origins_of_given_urls_and_not_where_links_lead()
    {
        await using var site = await TestSite.StartAsync();
        await using var given = await TestSite.StartAsync("127.0.0.2");
        await using var found = await TestSite.StartAsync("127.0.0.3");
        var seen = new ConcurrentBag<string>();
        foreach (var place in new[] { site, given, found })
            place.Otherwise(context =>
            {
                seen.Add($"{context.Request.Headers.Authorization} {context.Request.Headers.AcceptLanguage}");
                return TestSite.HtmlAsync(context, found.Url("/"));
            });

        await cluster.RunAsync(
            new CrawlSpecification { Scope = ScopeKind.Any, Headers = [new CrawlHeader("Authorization", "Bearer secret"), new CrawlHeader("Accept-Language", "cs")] }, site.Url("/"), given.Url("/"));

        Assert.Equal([" cs", "Bearer secret cs", "Bearer secret cs"], seen.Order(StringComparer.Ordinal));
    }

    private static RequestDelegate Closed(params string[] links) => context =>
    {
        if (context.Request.Headers.Authorization == Basic) return TestSite.HtmlAsync(context, links);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    };
}
