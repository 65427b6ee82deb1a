namespace OrleansAsync.Crawling;

/// <summary>Fetches pages on the silo that asks.</summary>
internal sealed class LocalPageDispatcher(PageVisitor visitor) : IPageDispatcher
{
    public Task<PageFetch> FetchAsync(FetchPage page, CancellationToken cancellationToken) => visitor.VisitAsync(page, cancellationToken);
}
