namespace OrleansAsync.Crawling;

/// <summary>Where the frontiers of crawls are kept.</summary>
internal interface IFrontierStore
{
    /// <summary>Opens the frontier of one origin.</summary>
    IOriginFrontier Open(CrawlHostKey key, int? maxDepth);
}
