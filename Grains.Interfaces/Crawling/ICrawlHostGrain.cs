using Orleans.Concurrency;

namespace OrleansAsync.Crawling;

/// <summary>One origin of a crawl: which of its URLs are known, and which come next. Keys: <see cref="CrawlHostKey"/>.</summary>
/// <remarks><b>Cluster:</b> the frontier lives in memory; if it is lost, the crawl fails.</remarks>
[Alias(CrawlingAliases.CrawlHostGrain)]
public interface ICrawlHostGrain : IGrainWithStringKey
{
    /// <summary>Adds links into this origin. Returns once they are known here and the crawl knows that this origin is busy; repeating it changes nothing.</summary>
    /// <param name="batch">The links.</param>
    [AlwaysInterleave, Alias("AddLinksAsync")]
    Task AddLinksAsync(LinkBatch batch);

    /// <summary>Brings a grant of the crawl that was not the answer to a report.</summary>
    /// <param name="grant">The grant.</param>
    [AlwaysInterleave, Alias("OnGrantAsync")]
    Task OnGrantAsync(OriginGrant grant);

    /// <summary>Brings a grant of a host that was not the answer to a request.</summary>
    /// <param name="grant">The grant.</param>
    [AlwaysInterleave, Alias("OnHostGrantAsync")]
    Task OnHostGrantAsync(HostGrant grant);
}
