namespace OrleansAsync.Crawling;

/// <summary>Wire names of the crawl's messages and grains; see <see cref="Aliases"/>.</summary>
internal static class CrawlingAliases
{
    public const string CrawlGrain = "oa.crawl";
    public const string CrawlHostGrain = "oa.crawl-host";
    public const string CrawlDirectoryGrain = "oa.crawl-directory";
    public const string HostGrain = "oa.host";

    public const string Specification = "oa.crawl.specification";
    public const string ScopeKind = "oa.crawl.scope-kind";
    public const string Header = "oa.crawl.header";
    public const string Setup = "oa.crawl.setup";
    public const string State = "oa.crawl.state";
    public const string Stop = "oa.crawl.stop";
    public const string Totals = "oa.crawl.totals";
    public const string Progress = "oa.crawl.progress";
    public const string HostProgress = "oa.crawl.host-progress";
    public const string SiloProgress = "oa.crawl.silo-progress";
    public const string PageRecord = "oa.crawl.page-record";
    public const string Batch = "oa.crawl.batch";
    public const string Output = "oa.crawl.output";
    public const string Position = "oa.crawl.position";
    public const string Info = "oa.crawl.info";
    public const string StoredPages = "oa.crawl.stored-pages";
    public const string StoredPosition = "oa.crawl.stored-position";
    public const string OriginReport = "oa.crawl.origin-report";
    public const string OriginGrant = "oa.crawl.origin-grant";
    public const string LinkBatch = "oa.crawl.link-batch";
    public const string LinkGroup = "oa.crawl.link-group";
    public const string FetchPage = "oa.crawl.fetch-page";
    public const string PageFetch = "oa.crawl.page-fetch";

    public const string HostRequest = "oa.host.request";
    public const string HostGrant = "oa.host.grant";
    public const string RobotsRequest = "oa.host.robots-request";
    public const string RobotsAnswer = "oa.host.robots-answer";
    public const string RobotsVerdictKind = "oa.host.robots-kind";
}
