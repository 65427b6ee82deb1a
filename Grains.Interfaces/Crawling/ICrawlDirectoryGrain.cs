using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>The crawls that are stored, whether or not they run. The key is 0.</summary>
[Alias(CrawlingAliases.CrawlDirectoryGrain)]
public interface ICrawlDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Lists the crawls, the latest first.</summary>
    [Alias("ListAsync")]
    Task<ImmutableArray<CrawlInfo>> ListAsync();

    /// <summary>Reads pages of a crawl, by origin and in the order they were stored.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="after">The last page read before.</param>
    /// <param name="deliveredOnly">Only pages that the crawl's follower has in safety.</param>
    /// <returns>Pages; none are left if there are none.</returns>
    [Alias("ReadPagesAsync")]
    Task<StoredPages> ReadPagesAsync(string id, StoredPosition after, bool deliveredOnly);
}

/// <summary>A crawl in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Failure">Why it failed, if it did.</param>
/// <param name="Totals">Its sums so far.</param>
/// <param name="Open">URLs that are not done.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="EndedAt">When it ended or was paused.</param>
/// <param name="IsInterrupted">Whether it was running in a process that is gone.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Info)]
public sealed record CrawlInfo(
    [property: Id(0)] string Id,
    [property: Id(1)] CrawlState State,
    [property: Id(2)] string? Failure,
    [property: Id(3)] CrawlTotals Totals,
    [property: Id(4)] long Open,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset? EndedAt,
    [property: Id(7)] bool IsInterrupted);

/// <summary>A page in the store.</summary>
/// <param name="Origin">Its origin; empty before the first.</param>
/// <param name="Number">Its number there.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.StoredPosition)]
public sealed record StoredPosition([property: Id(0)] string Origin, [property: Id(1)] long Number)
{
    /// <summary>Before the first page.</summary>
    public static readonly StoredPosition Start = new("", 0);
}

/// <summary>Pages from the store.</summary>
/// <param name="Last">The last of them.</param>
/// <param name="Records">The pages.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.StoredPages)]
public sealed record StoredPages([property: Id(0)] StoredPosition Last, [property: Id(1)] ImmutableArray<PageRecord> Records);
