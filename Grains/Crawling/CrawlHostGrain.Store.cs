using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>Keeps frontier, seen-set and pages in the store.</summary>
internal sealed partial class CrawlHostGrain
{
    private const int Window = 4096;
    private const int SeenCapacity = 65_536;

    private readonly OriginFrontier _frontier = new(Window);
    private readonly LinkOutbox _outbox = new();
    private readonly SeenUrls _seen = new(SeenCapacity);
    private readonly SeenUrls _seenElsewhere = new(SeenCapacity);

    // Entered, and the store has not said yet whether they are new.
    private readonly Dictionary<UrlHash, FrontierEntry> _entering = [];
    private OriginTable _table = null!;
    private TrapGuard _traps = null!;
    private readonly CookieJar _cookies = new();
    private OriginChanges _changes = null!;
    private OriginChanges? _underway;
    private bool _isWriting;
    private Guid _crawlEpoch;
    private bool _isSuperseded;
    private long _lastPage;
    private long _lastNumber;

    private bool DepthCounts => Options.MaxDepth is not null;

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _table = new OriginTable(crawls.Get(), _key);
        _changes = new OriginChanges(_table, DepthCounts);
        var progress = await _table.TakeOverAsync(cancellationToken);
        _lastPage = progress.LastPage;
        // Behind all numbers of the activations before: they, too, took the time when they began.
        _lastNumber = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        _traps = new TrapGuard(Options.Traps);
        _traps.Restore(await _table.ReadTrapsAsync(cancellationToken));
        _cookies.Restore(await _table.ReadCookiesAsync(cancellationToken));
        _frontier.Open(progress.Open);
        _reportedPage = progress.LastPage;
        if (IsBudgeted) _budget.Restore(progress.Requested);
        foreach (var link in await _table.ReadLinksAsync(cancellationToken)) _outbox.Add(link);
        HandOnAgain(await _table.ReadNearerAsync(cancellationToken));
    }

    /// <summary>Enters a URL of this origin, unless it is known or too deep; a known one keeps the smaller depth.</summary>
    private void Enter(string href, int depth, string? referrer)
    {
        if (depth > Options.MaxDepth) return;
        var url = UrlHash.Of(href);
        var here = _entering.GetValueOrDefault(url) ?? _frontier.Find(url);
        if (_seen.TryGet(url, out var known) || here is not null)
        {
            if (here is not null) known = here.Depth;
            if (depth >= known) return;
            _seen.Set(url, depth);
            if (here is { State: FrontierState.Entering }) here.Depth = depth;
            else if (here is not null) _frontier.Lower(here, depth);
            if (DepthCounts || here is not null) _changes.Lower(url, depth);
            return;
        }

        _seen.Set(url, depth);
        if (!_traps.TryEnter(href, depth, out var mark)) return;
        var entry = new FrontierEntry(href, url, ++_lastNumber, depth, referrer) { Mark = mark };
        _entering.Add(url, entry);
        _changes.Enter(entry);
    }

    private void Send(string origin, string href, int depth, string referrer)
    {
        if (depth > Options.MaxDepth) return;
        var url = UrlHash.Of(href);
        if (_seenElsewhere.TryGet(url, out var before) && (!DepthCounts || before <= depth)) return;
        _seenElsewhere.Set(url, depth);
        _changes.Send(new StoredLink(++_lastNumber, origin, href, depth, referrer));
    }

    private void End(FrontierEntry entry, PageRecord record, string? links) => _changes.End(entry, ++_lastPage, PageRow.AsStored(record), links);

    private void HandOnAgain(IEnumerable<NearerPage> pages)
    {
        foreach (var page in pages)
        {
            _changes.End(page);
            foreach (var link in page.Links) HandOn(link, page.Depth + 1, page.Href);
        }
    }

    private void Write()
    {
        if (_isWriting || _changes.IsEmpty) return;
        _isWriting = true;
        Run(WriteAsync);
    }

    private async Task WriteAsync()
    {
        try
        {
            do
            {
                NoteState();
                _underway = _changes;
                _changes = new OriginChanges(_table, DepthCounts);
                var (result, isRepeated) = await WriteAsync(_underway);
                if (!result.Applied)
                {
                    Supersede();
                    return;
                }

                await ApplyAsync(_underway, result, isRepeated);
                _underway.OnStored();
                Advance();
            }
            while (!_changes.IsEmpty);
        }
        finally
        {
            _isWriting = false;
            _underway = null;
        }

        Advance();
    }

    /// <summary>What changes with many pages of a unit is written once with them.</summary>
    private void NoteState()
    {
        _changes.Count(_traps.TakeChanged());
        if (_cookies.TakeChanged() is { } cookies) _changes.Keep(cookies);
    }

    /// <summary>Writes until the store can be used: a unit bears being repeated.</summary>
    private async Task<(StoreResult Result, bool IsRepeated)> WriteAsync(OriginChanges changes)
    {
        for (var isRepeated = false; ; isRepeated = true)
        {
            try
            {
                return (await _table.WriteAsync(changes.Statements, CancellationToken.None), isRepeated);
            }
            catch (StoreUnavailableException exception)
            {
                LogRepeat(_key.Origin, _key.CrawlId, exception);
            }

            await Task.Delay(RepeatAfter, time);
        }
    }

    private async Task ApplyAsync(OriginChanges changes, StoreResult result, bool isRepeated)
    {
        List<UrlHash> unknown = [];
        foreach (var (entry, isNew) in changes.Entered(result.Affected))
        {
            _entering.Remove(entry.Hash);
            if (isNew) Queue(entry);
            // Whether the unit was applied before, and the URL was new then, only its row can tell.
            else if (isRepeated && await _table.FindOpenAsync(entry.Hash, CancellationToken.None) is { } row && row.Order.Number == entry.Order.Number) Queue(entry);
            else _traps.Forget(entry.Mark);
        }

        foreach (var url in changes.Ended) _frontier.OnStored(url);
        foreach (var link in changes.Links) _outbox.Add(link);
        _records.AddRange(changes.Records);
        _recordsSize += changes.Size;
        var isAnyLowered = isRepeated && DepthCounts;
        foreach (var url in DepthCounts ? changes.Lowered(result.Affected) : [])
        {
            isAnyLowered = true;
            if (_frontier.Find(url) is null) unknown.Add(url);
        }

        // Beyond the window before; maybe within now.
        foreach (var url in unknown)
            if (await _table.FindOpenAsync(url, CancellationToken.None) is { } open)
                _frontier.Keep(open);
        if (isAnyLowered) HandOnAgain(await _table.ReadNearerAsync(CancellationToken.None));
        if (Limit is not null) Abandon();
    }

    private void Queue(FrontierEntry entry)
    {
        if (entry.Mark?.Refusal is { } refusal)
        {
            _frontier.Refuse(entry);
            Skip(entry, refusal);
            return;
        }

        if (entry.Known is { } record)
        {
            _frontier.Refuse(entry);
            End(entry, record, null);
            return;
        }

        entry.State = FrontierState.Queued;
        _frontier.Add(entry);
    }

    private void Load()
    {
        var (after, limit) = _frontier.BeginLoad();
        Run(async () =>
        {
            try
            {
                _frontier.EndLoad(await RepeatAsync(() => _table.ReadOpenAsync(after, limit, CancellationToken.None)));
            }
            catch
            {
                _frontier.AbortLoad();
                throw;
            }

            if (Limit is not null) Abandon();
            Advance();
        });
    }

    /// <summary>A limit was reached: what is queued is not requested any more.</summary>
    private void Abandon()
    {
        // A URL that waits for its next attempt has had its share of the page limit.
        foreach (var entry in _frontier.Abandon(entry => _stop != CrawlStop.PageLimit || entry.Attempts == 0)) Skip(entry, Limit!);
    }

    /// <summary>What was gathered is stored while the grain goes, so that it need not be fetched again.</summary>
    private async Task FlushAsync()
    {
        try
        {
            if (_underway is { } underway) await underway.Stored.WaitAsync(RepeatAfter, time);
            NoteState();
            if (!_changes.IsEmpty) await _table.WriteAsync(_changes.Statements, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogRepeat(_key.Origin, _key.CrawlId, exception);
        }
    }

    /// <summary>Whether this activation belongs to an activation of the crawl: the first one it hears of.</summary>
    private bool IsOf(Guid epoch)
    {
        if (_crawlEpoch == Guid.Empty) _crawlEpoch = epoch;
        return _crawlEpoch == epoch;
    }

    /// <summary>Another activation has this origin, or its crawl: what this one would do does not count any more.</summary>
    private void Supersede()
    {
        _stop = CrawlStop.Ended;
        _isSuperseded = true;
        _stopping.Cancel();
        _clock.Dispose();
        InvalidOperationException reason = new($"{_key.Origin} is driven by another activation.");
        _underway?.OnRefused(reason);
        _changes.OnRefused(reason);
        _whenTold?.TrySetException(reason);
        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
    }
}
