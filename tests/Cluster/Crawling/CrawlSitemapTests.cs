using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class CrawlSitemapTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    private static readonly CrawlSpecification Sitemaps = new() { Sitemaps = true };

    [Fact]
    public async Task What_sitemaps_named_in_robots_txt_name_is_fetched_and_each_of_them_once()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots($"Sitemap: {site.Url("/index.xml")}\nSitemap: {site.Url("/list.txt")}").Page("/", "/linked").Page("/linked").Page("/gz", "/below").Page("/below").Page("/text");
        site.Serve("/index.xml", Text(Index(site.Urls("/index.xml", "/packed.xml.gz"))));
        site.Serve("/packed.xml.gz", context => context.Response.Body.WriteAsync(Gzip(Pages(site.Urls("/gz", "/linked")))).AsTask());
        site.Serve("/list.txt", Text(site.Url("/text") + "\nhttp://elsewhere.test/x\n" + site.Url("/") + "\n"));
        // It is asked for only where none is named.
        site.Serve("/sitemap.xml", Text(Pages(site.Urls("/usual"))));

        var result = await cluster.RunAsync(Sitemaps, site.Url("/"));

        Assert.Equal(site.Urls("/", "/linked", "/gz", "/below", "/text"), result.Urls);
        Assert.Equal(["/", "/below", "/gz", "/index.xml", "/linked", "/list.txt", "/packed.xml.gz", "/text"], site.Requests.Order(StringComparer.Ordinal));
        Assert.Equal((0, site.Url("/packed.xml.gz")), (result[site.Url("/gz")].Depth, result[site.Url("/gz")].Referrer));
        Assert.Equal((1, site.Url("/gz")), (result[site.Url("/below")].Depth, result[site.Url("/below")].Referrer));
        Assert.Equal((CrawlState.Finished, 5L, 0L), (result.End.State, result.End.Totals.Success, result.End.Totals.Error));
    }

    [Fact]
    public async Task Without_names_the_usual_place_is_tried_and_need_not_be_there()
    {
        await using var with = await TestSite.StartAsync();
        await using var without = await TestSite.StartAsync("127.0.0.2");
        with.Page("/").Page("/only").Serve("/sitemap.xml", Text(Pages(with.Urls("/only"))));
        without.Page("/");

        var result = await cluster.RunAsync(Sitemaps, with.Url("/"), without.Url("/"));

        Assert.Equal(with.Urls("/", "/only").Concat(without.Urls("/")).Order(StringComparer.Ordinal), result.Urls);
        Assert.Single(without.Requests, "/sitemap.xml");
    }

    [Fact]
    public async Task Nobody_asks_for_sitemaps_unless_told_to()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots($"Sitemap: {site.Url("/map.xml")}").Page("/");

        await cluster.RunAsync(new CrawlSpecification(), site.Url("/"));

        Assert.Equal(["/"], site.Requests);
    }

    [Fact]
    public async Task With_depth_0_what_is_named_is_fetched_and_nothing_else()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/", "/no").Page("/named", "/no").Serve("/sitemap.xml", Text(Pages(site.Urls("/named"))));

        var result = await cluster.RunAsync(Sitemaps with { MaxDepth = 0 }, site.Url("/"));

        Assert.Equal(site.Urls("/", "/named"), result.Urls);
    }

    [Fact]
    public async Task A_named_sitemap_that_cannot_be_read_has_a_record_and_what_can_be_read_counts()
    {
        await using var site = await TestSite.StartAsync();
        site.Robots($"Sitemap: /missing.xml\nSitemap: /broken.xml\nSitemap: /page\n").Page("/", "/page").Page("/page").Page("/1");
        site.Serve("/broken.xml", Text($"<urlset><url><loc>{site.Url("/1")}</loc></url><url>"));

        var result = await cluster.RunAsync(Sitemaps, site.Url("/"));

        Assert.Equal(site.Urls("/", "/1", "/broken.xml", "/missing.xml", "/page"), result.Urls);
        Assert.Equal((PageOutcome.Error, 404, "sitemap: HTTP 404"), (result[site.Url("/missing.xml")].Outcome, result[site.Url("/missing.xml")].Status, result[site.Url("/missing.xml")].Error));
        // An HTML page is no sitemap, but a page.
        Assert.Equal(PageOutcome.Success, result[site.Url("/page")].Outcome);
        Assert.StartsWith("sitemap: not a valid sitemap: ", result[site.Url("/broken.xml")].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sitemaps_on_another_host_keep_to_its_robots_txt_and_pages_there_are_out_of_scope()
    {
        await using var site = await TestSite.StartAsync();
        await using var other = await TestSite.StartAsync("127.0.0.2");
        site.Robots($"Sitemap: {other.Url("/open.xml")}\nSitemap: {other.Url("/closed.xml")}").Page("/").Page("/named");
        other.Robots("User-agent: *\nDisallow: /closed");
        other.Serve("/open.xml", Text(Pages(site.Urls("/named").Concat(other.Urls("/x")))));

        var result = await cluster.RunAsync(Sitemaps, site.Url("/"));

        Assert.Equal(site.Urls("/", "/named").Append(other.Url("/closed.xml")).Order(StringComparer.Ordinal), result.Urls);
        Assert.Equal(PageOutcome.Disallowed, result[other.Url("/closed.xml")].Outcome);
        Assert.Equal(["/open.xml"], other.Requests);
    }

    [Fact]
    public async Task Indexes_end_and_sitemaps_do_not_count_for_the_page_limit()
    {
        await using var site = await TestSite.StartAsync();
        site.Page("/").Robots($"Sitemap: {site.Url("/index0.xml")}");
        for (var i = 0; i < 10; i++) site.Serve($"/index{i}.xml", Text(Index(site.Urls($"/index{i + 1}.xml", "/pages.xml"))));
        site.Serve("/pages.xml", Text(Pages(site.Urls([.. Enumerable.Range(0, 50).Select(static i => $"/p{i}")]))));
        for (var i = 0; i < 50; i++) site.Page($"/p{i}");

        var result = await cluster.RunAsync(Sitemaps with { MaxPages = 20 }, site.Url("/"));

        Assert.Equal(20, result.End.Totals.Success);
        Assert.Equal(20, site.Requests.Count(static path => !path.EndsWith(".xml", StringComparison.Ordinal)));
        Assert.DoesNotContain("/index4.xml", site.Requests);
    }

    [Fact]
    public async Task A_pause_loses_nothing_of_a_sitemap_and_reads_none_twice()
    {
        await using var site = await TestSite.StartAsync();
        var (held, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        const int Count = 5000;
        site.Robots($"Sitemap: {site.Url("/first.txt")}\nSitemap: {site.Url("/second.txt")}").Page("/");
        site.Serve("/first.txt", Text(string.Join('\n', Enumerable.Range(0, Count).Select(i => site.Url($"/p{i}")))));
        site.Serve("/second.txt", async context =>
        {
            held.TrySetResult();
            await gate.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(site.Url("/last"));
        });
        site.Otherwise(static context => TestSite.HtmlAsync(context));

        var crawl = await cluster.StartAsync(Sitemaps with { PerHost = 32 }, site.Url("/"));
        await held.Task;
        while ((await crawl.GetProgressAsync()).Totals.Success < 100) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Null(await crawl.PauseAsync());
        var first = await CrawlCluster.FollowAsync(crawl);
        gate.SetResult();
        Assert.Null(await crawl.ResumeAsync());
        var second = await CrawlCluster.FollowAsync(crawl);

        var all = first.Records.Concat(second.Records).Select(static record => record.Url).ToArray();
        Assert.Equal(Count + 2, all.Length);
        Assert.Equal(Count + 2, all.Distinct().Count());
        Assert.Single(site.Requests, "/first.txt");
        Assert.InRange(site.Requests.Count(static path => path == "/second.txt"), 1, 2);
    }

    private static RequestDelegate Text(string text) => context => context.Response.WriteAsync(text);

    private static string Index(IEnumerable<string> urls) => $"<sitemapindex>{string.Concat(urls.Select(static url => $"<sitemap><loc>{url}</loc></sitemap>"))}</sitemapindex>";

    private static string Pages(IEnumerable<string> urls) => $"<urlset>{string.Concat(urls.Select(static url => $"<url><loc>{url}</loc></url>"))}</urlset>";

    private static ReadOnlyMemory<byte> Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
