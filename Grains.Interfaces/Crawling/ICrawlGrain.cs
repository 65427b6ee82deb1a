using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansAsync.Crawling;

/// <summary>One crawl: its seeds, totals and end, and the records on their way to whoever follows it. Keys: <see cref="CrawlKey"/>.</summary>
/// <remarks>
/// <b>Cluster:</b> the crawl is stored. If the silo of this grain is lost, the next call, of a follower or an origin, brings it up elsewhere, and it goes on.
/// </remarks>
[Alias(CrawlingAliases.CrawlGrain)]
public interface ICrawlGrain : IGrainWithStringKey
{
    /// <summary>Adds URLs to begin with; one that cannot be parsed becomes a record. Repeated ones count once. Ignored after the start.</summary>
    /// <param name="seeds">The URLs, as written by a person.</param>
    [Alias("AddSeedsAsync")]
    Task AddSeedsAsync(ImmutableArray<string> seeds);

    /// <summary>Starts the crawl of the seeds added.</summary>
    /// <param name="specification">How to crawl.</param>
    /// <param name="isDetached">Whether it goes on when nobody follows it; else it is paused after a minute.</param>
    /// <param name="outputs">The files that its records are to go to, whoever follows it.</param>
    /// <returns>Whether it started; false, and nothing changes, if a crawl of this id was started before.</returns>
    [Alias("StartAsync")]
    Task<bool> StartAsync(CrawlSpecification specification, bool isDetached, ImmutableArray<CrawlOutput> outputs);

    /// <summary>
    /// Lets a finished or cancelled crawl be started anew: it takes seeds again. Its records go; what is needed to ask servers whether pages have changed stays.
    /// </summary>
    /// <returns>Why that cannot be; <see langword="null"/> if it is so.</returns>
    [Alias("RefreshAsync")]
    Task<string?> RefreshAsync();

    /// <summary>Lets a paused or failed crawl go on, or one whose process was killed. Nothing changes if it runs.</summary>
    /// <returns>Why it cannot go on; <see langword="null"/> if it does.</returns>
    [Alias("ResumeAsync")]
    Task<string?> ResumeAsync();

    /// <summary>Pauses the crawl: open requests are broken off, and begin again when it is resumed.</summary>
    /// <returns>Why it cannot be paused; <see langword="null"/> if it is.</returns>
    [AlwaysInterleave, Alias("PauseAsync")]
    Task<string?> PauseAsync();

    /// <summary>Stops the crawl for good: open requests are cancelled, waiting URLs dropped. Records already made can still be read.</summary>
    /// <returns>Why it cannot be cancelled; <see langword="null"/> if it is.</returns>
    [AlwaysInterleave, Alias("CancelAsync")]
    Task<string?> CancelAsync();

    /// <summary>Deletes all that is stored of a crawl that does not run.</summary>
    /// <returns>Why it cannot be deleted; <see langword="null"/> if it is.</returns>
    [Alias("DeleteAsync")]
    Task<string?> DeleteAsync();

    /// <summary>Begins to follow the crawl; whoever followed it before is overtaken.</summary>
    /// <param name="follower">Names the follower.</param>
    /// <returns>The files that were written to before.</returns>
    [AlwaysInterleave, Alias("FollowAsync")]
    Task<ImmutableArray<CrawlOutput>> FollowAsync(Guid follower);

    /// <summary>Follows the crawl no longer: it is paused, unless it is detached.</summary>
    /// <param name="follower">Names the follower.</param>
    /// <returns>Whether there is an end to wait for; false if the crawl goes on.</returns>
    [AlwaysInterleave, Alias("LeaveAsync")]
    Task<bool> LeaveAsync(Guid follower);

    /// <summary>Waits, for some seconds, for records and gives those after a position; those up to it count as being in safety, and are not given again.</summary>
    /// <param name="follower">Names the follower.</param>
    /// <param name="after">The last record it has in safety.</param>
    /// <param name="outputs">The files it writes, with the records up to there.</param>
    [AlwaysInterleave, Alias("ReadAsync")]
    Task<CrawlBatch> ReadAsync(Guid follower, CrawlPosition after, ImmutableArray<CrawlOutput> outputs);

    /// <summary>Tells how the crawl is getting on.</summary>
    [AlwaysInterleave, Alias("GetProgressAsync")]
    Task<CrawlProgress> GetProgressAsync();

    /// <summary>Gives a silo what it needs to take part.</summary>
    [AlwaysInterleave, Alias("GetSetupAsync")]
    Task<CrawlSetup> GetSetupAsync();

    /// <summary>Takes the report of an origin.</summary>
    /// <param name="report">The report.</param>
    [AlwaysInterleave, Alias("ReportAsync")]
    Task<OriginGrant> ReportAsync(OriginReport report);
}
