namespace OrleansAsync.Crawling;

/// <summary>Keeps each frontier in its grain: it is lost with it.</summary>
internal sealed class MemoryFrontierStore : IFrontierStore
{
    public IOriginFrontier Open(CrawlHostKey key, int? maxDepth) => new OriginFrontier(maxDepth);
}
