using System.Collections.Immutable;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed record CrawlResult(ImmutableArray<PageRecord> Records, CrawlProgress End)
{
    public PageRecord this[string url] => Assert.Single(Records, record => record.Url == url);

    public IEnumerable<string> Urls => Records.Select(static record => record.Url).Order(StringComparer.Ordinal);
}
