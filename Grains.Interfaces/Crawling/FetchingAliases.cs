namespace OrleansAsync.Crawling;

/// <summary>Wire names of what a fetch says; see <see cref="Aliases"/>.</summary>
internal static class FetchingAliases
{
    public const string PageOutcome = "oa.crawl.page-outcome";
    public const string PrivateNetworks = "oa.crawl.private-networks";
}
