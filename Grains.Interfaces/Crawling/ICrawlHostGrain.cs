using Orleans.Concurrency;

namespace OrleansAsync.Crawling;

/// <summary>One origin of a crawl: which of its URLs are known, and which come next. Keys: <see cref="CrawlHostKey"/>.</summary>
/// <remarks><b>Cluster:</b> frontier, seen-set and pages are stored; another activation goes on from there, and only what was in flight is requested again.</remarks>
[Alias(CrawlingAliases.CrawlHostGrain)]
public interface ICrawlHostGrain : IGrainWithStringKey
{
    /// <summary>Adds links into this origin. Returns once they are stored and the crawl knows that this origin is busy; repeating it changes nothing.</summary>
    /// <param name="batch">The links.</param>
    [AlwaysInterleave, Alias("AddLinksAsync")]
    Task AddLinksAsync(LinkBatch batch);

    /// <summary>Lets the origin begin, or go on, for an activation of its crawl. Returns once the crawl knows whether it is busy.</summary>
    /// <param name="epoch">The activation.</param>
    /// <exception cref="InvalidOperationException">This activation belongs to an earlier one of the crawl and ends: call again.</exception>
    [AlwaysInterleave, Alias("WakeAsync")]
    Task WakeAsync(Guid epoch);

    /// <summary>Brings a grant of the crawl that was not the answer to a report.</summary>
    /// <param name="grant">The grant.</param>
    [AlwaysInterleave, Alias("OnGrantAsync")]
    Task OnGrantAsync(OriginGrant grant);

    /// <summary>Brings a grant of a host that was not the answer to a request.</summary>
    /// <param name="grant">The grant.</param>
    [AlwaysInterleave, Alias("OnHostGrantAsync")]
    Task OnHostGrantAsync(HostGrant grant);
}
