using System.Net;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlRedirectTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    [Fact]
    public async Task Redirects_are_followed_and_listed()
    {
        await using var site = await TestSite.StartAsync();
        site.Redirect("/1", "/2").Redirect("/2", "3").Page("/3", "/4").Page("/4");

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/1"));

        var record = result[site.Url("/1")];
        Assert.Equal((PageOutcome.Success, 200, site.Url("/3"), 1), (record.Outcome, record.Status, record.FinalUrl, record.Attempts));
        Assert.Equal([site.Url("/2"), site.Url("/3")], record.Redirects);
        // A target that nobody linked to has no record of its own.
        Assert.Equal(site.Urls("/1", "/4"), result.Urls);
    }

    [Theory]
    [InlineData("/self", "redirect loop")]
    [InlineData("/ping", "redirect loop")]
    [InlineData("/n/0", "too many redirects (20)")]
    public async Task Redirects_that_do_not_end_are_an_error(string path, string error)
    {
        await using var site = await TestSite.StartAsync();
        site.Redirect("/self", "/self").Redirect("/ping", "/pong").Redirect("/pong", "/ping");
        for (var i = 0; i < 40; i++) site.Redirect($"/n/{i}", $"/n/{i + 1}");

        var record = (await cluster.RunAsync(new CrawlSpecification(), site.Url(path)))[site.Url(path)];

        Assert.Equal((PageOutcome.Error, 302), (record.Outcome, record.Status));
        Assert.StartsWith(error, record.Error, StringComparison.Ordinal);
        Assert.InRange(site.Requests.Count(), 1, 21);
    }

    [Fact]
    public async Task The_robots_txt_of_another_host_is_asked_before_a_redirect_goes_there()
    {
        await using var site = await TestSite.StartAsync();
        await using var other = await TestSite.StartAsync("127.0.0.2");
        other.Robots("User-agent: *\nDisallow: /private").Page("/open");
        site.Redirect("/allowed", other.Url("/open")).Redirect("/refused", other.Url("/private"));

        var result = await cluster.RunAsync(new CrawlSpecification(), site.Url("/allowed"), site.Url("/refused"));

        Assert.Equal((PageOutcome.Success, other.Url("/open")), (result[site.Url("/allowed")].Outcome, result[site.Url("/allowed")].FinalUrl));
        Assert.Equal((PageOutcome.Disallowed, site.Url("/refused"), 302), (result[site.Url("/refused")].Outcome, result[site.Url("/refused")].FinalUrl, result[site.Url("/refused")].Status));
        Assert.Equal(["/open"], other.Requests);
    }

    [Fact]
    public async Task Hosts_that_redirect_to_each_other_do_not_wait_for_each_other()
    {
        await using var left = await TestSite.StartAsync();
        await using var right = await TestSite.StartAsync("127.0.0.2");
        for (var i = 0; i < 10; i++)
        {
            left.Redirect($"/{i}", right.Url($"/end{i}")).Page($"/end{i}");
            right.Redirect($"/{i}", left.Url($"/end{i}")).Page($"/end{i}");
        }

        var seeds = Enumerable.Range(0, 10).SelectMany(i => new[] { left.Url($"/{i}"), right.Url($"/{i}") });
        var result = await cluster.RunAsync(new CrawlSpecification { PerHost = 1 }, seeds);

        Assert.Equal(20, result.End.Totals.Success);
        Assert.Equal((1, 1), (left.PeakOpen, right.PeakOpen));
    }

    [Fact]
    public async Task A_site_may_redirect_every_page_to_another_host()
    {
        await using var site = new RawSite(IPAddress.Any);
        var paths = Enumerable.Range(0, 600).Select(static i => $"/{i}").ToArray();
        var home = $"http://127.45.0.1:{site.Port}/";
        site.On("/", x => x.PageAsync(string.Concat(paths.Select(static path => $"<a href={path}>x</a>")))).On("/end", static x => x.PageAsync($"<title>{x.Host}</title>"));
        // Each host twice, so that one that was forgotten comes again.
        for (var i = 0; i < paths.Length; i++)
        {
            var host = i % 300;
            site.On(paths[i], x => x.RedirectAsync($"http://127.45.{1 + (host / 250)}.{1 + (host % 250)}:{site.Port}/end"));
        }

        var result = await cluster.RunAsync(new CrawlSpecification(), home);

        Assert.All(result.Records, static record => Assert.Equal((PageOutcome.Success, null), (record.Outcome, record.Error)));
        Assert.Equal((CrawlState.Finished, null, 601), (result.End.State, result.End.Failure, result.Records.Length));
        Assert.All(result.Records.Where(record => record.Url != home), static record => Assert.Equal(CrawlUrl.Parse(record.FinalUrl!).Origin, "http://" + record.Title));
        Assert.Equal(300, result.Records.Where(record => record.Url != home).Select(static record => record.Title).Distinct().Count());
    }

    [Fact]
    public async Task Headers_of_the_crawl_do_not_go_to_another_origin()
    {
        await using var site = await TestSite.StartAsync();
        await using var other = await TestSite.StartAsync("127.0.0.2");
        var seen = new List<string>();
        site.Redirect("/", other.Url("/x"));
        other.Serve("/x", context =>
        {
            seen.AddRange(context.Request.Headers.Keys);
            return TestSite.HtmlAsync(context);
        });

        await cluster.RunAsync(new CrawlSpecification { Headers = [new CrawlHeader("X-Secret", "1")] }, site.Url("/"));

        Assert.NotEmpty(seen);
        Assert.DoesNotContain("X-Secret", seen, StringComparer.OrdinalIgnoreCase);
    }
}
