using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansAsync.Crawling;

/// <summary>One crawl: its seeds, totals and end, and the records on their way to whoever follows it. Keys: <see cref="CrawlKey"/>.</summary>
/// <remarks><b>Cluster:</b> the crawl lives in memory; losing the silo of this grain or of an origin ends it as <see cref="CrawlState.Failed"/>.</remarks>
[Alias(CrawlingAliases.CrawlGrain)]
public interface ICrawlGrain : IGrainWithStringKey
{
    /// <summary>Adds URLs to begin with; one that cannot be parsed becomes a record. Repeated ones count once. Ignored after the start.</summary>
    /// <param name="seeds">The URLs, as written by a person.</param>
    [Alias("AddSeedsAsync")]
    Task AddSeedsAsync(ImmutableArray<string> seeds);

    /// <summary>Starts the crawl of the seeds added.</summary>
    /// <param name="specification">How to crawl.</param>
    /// <returns>Whether it started; false, and nothing changes, if a crawl of this id was started before.</returns>
    [Alias("StartAsync")]
    Task<bool> StartAsync(CrawlSpecification specification);

    /// <summary>Waits, for some seconds, for records and gives those after a number; those up to it are forgotten.</summary>
    /// <param name="afterSequence">The number of the last record the follower has in safety; 0 at the start.</param>
    [AlwaysInterleave, Alias("ReadAsync")]
    Task<CrawlBatch> ReadAsync(long afterSequence);

    /// <summary>Tells how the crawl is getting on.</summary>
    [AlwaysInterleave, Alias("GetProgressAsync")]
    Task<CrawlProgress> GetProgressAsync();

    /// <summary>Stops the crawl: open requests are cancelled, waiting URLs dropped. Records already made can still be read.</summary>
    [AlwaysInterleave, Alias("CancelAsync")]
    Task CancelAsync();

    /// <summary>Gives a silo what it needs to take part.</summary>
    [AlwaysInterleave, Alias("GetSetupAsync")]
    Task<CrawlSetup> GetSetupAsync();

    /// <summary>Takes the report of an origin; waits, for some seconds, while there is no room for its records.</summary>
    /// <param name="report">The report.</param>
    [AlwaysInterleave, Alias("ReportAsync")]
    Task<OriginGrant> ReportAsync(OriginReport report);
}
