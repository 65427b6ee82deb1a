namespace OrleansAsync.Crawling;

/// <summary>Gets pages fetched somewhere in the cluster.</summary>
internal interface IPageDispatcher
{
    /// <summary>Fetches a page; the token cancels the fetch itself.</summary>
    Task<PageFetch> FetchAsync(FetchPage page, CancellationToken cancellationToken);
}
