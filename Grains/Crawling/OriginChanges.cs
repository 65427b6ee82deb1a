using System.Collections.Immutable;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>What an origin has to store: it gathers while the store is busy with what came before, and is applied all or none.</summary>
/// <param name="table">The origin in the store.</param>
/// <param name="depthCounts">A smaller depth can make more URLs be found.</param>
internal sealed class OriginChanges(OriginTable table, bool depthCounts)
{
    private readonly List<StoreStatement> _statements = [];
    private readonly List<(int Statement, FrontierEntry Entry)> _entered = [];
    private readonly List<(int Statement, UrlHash Url)> _lowered = [];

    // Made at need: most changes have nobody who waits for them.
    private TaskCompletionSource? _stored;

    public bool IsEmpty => _statements.Count == 0 && _stored is null;

    public ImmutableArray<StoreStatement> Statements => [.. _statements];

    /// <summary>Records to report once they are stored.</summary>
    public List<PageRecord> Records { get; } = [];

    /// <summary>Their size in memory, roughly.</summary>
    public long Size { get; private set; }

    /// <summary>URLs that are done.</summary>
    public List<UrlHash> Ended { get; } = [];

    /// <summary>Links to send once they are stored.</summary>
    public List<StoredLink> Links { get; } = [];

    /// <summary>Completes when all this is stored.</summary>
    public Task Stored => (_stored ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>A URL was met that may be new.</summary>
    public void Enter(FrontierEntry entry)
    {
        _entered.Add((_statements.Count, entry));
        _statements.Add(table.Insert(entry));
        if (depthCounts) Lower(entry.Hash, entry.Depth);
    }

    /// <summary>A known URL was met nearer to a seed.</summary>
    public void Lower(UrlHash url, int depth)
    {
        _lowered.Add((_statements.Count, url));
        _statements.Add(table.Lower(url, depth));
    }

    /// <summary>A URL is done.</summary>
    /// <param name="entry">The URL.</param>
    /// <param name="number">The number of its page.</param>
    /// <param name="record">What became of it.</param>
    /// <param name="links">Links that a smaller depth of it would make matter again.</param>
    public void End(FrontierEntry entry, long number, PageRecord record, string? links)
    {
        _statements.Add(table.End(entry.Hash, links));
        _statements.Add(table.Insert(number, record));
        Records.Add(record);
        Size += RecordBuffer.SizeOf(record);
        Ended.Add(entry.Hash);
    }

    /// <summary>A URL is done and has no page: a sitemap.</summary>
    public void End(FrontierEntry entry)
    {
        _statements.Add(table.End(entry.Hash, null));
        Ended.Add(entry.Hash);
    }

    /// <summary>The links of a finished page were handed on again.</summary>
    public void End(NearerPage page) => _statements.Add(table.End(page.Hash, null));

    /// <summary>URLs that look endless were counted.</summary>
    public void Count(IEnumerable<TrapCount> counts) => _statements.AddRange(counts.Select(table.Set));

    /// <summary>Cookies were set.</summary>
    public void Keep(string cookies) => _statements.Add(table.SetCookies(cookies));

    /// <summary>A link to another origin was found.</summary>
    public void Send(StoredLink link)
    {
        _statements.Add(table.Insert(link));
        Links.Add(link);
    }

    /// <summary>Another origin has the links sent.</summary>
    public void Sent(string target, long upTo) => _statements.Add(table.DeleteLinks(target, upTo));

    /// <summary>The URLs that were new, and those that were not.</summary>
    /// <param name="affected">What the store said.</param>
    public IEnumerable<(FrontierEntry Entry, bool IsNew)> Entered(ImmutableArray<int> affected) => _entered.Select(entered => (entered.Entry, affected[entered.Statement] == 1));

    /// <summary>The known URLs that were farther away before.</summary>
    /// <param name="affected">What the store said.</param>
    public IEnumerable<UrlHash> Lowered(ImmutableArray<int> affected) => _lowered.Where(lowered => affected[lowered.Statement] == 1).Select(lowered => lowered.Url);

    /// <summary>All this is stored.</summary>
    public void OnStored() => _stored?.TrySetResult();

    /// <summary>It was not, and will not be: another activation has the origin.</summary>
    public void OnRefused(Exception reason) => _stored?.TrySetException(reason);
}
