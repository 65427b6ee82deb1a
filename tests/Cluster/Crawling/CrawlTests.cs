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
}
