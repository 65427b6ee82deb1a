using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OrleansAsync.Crawling;

/// <summary>Counts, and gives the pages to whoever follows the crawl.</summary>
internal sealed partial class CrawlGrain
{
    private const int PagesAtATime = 256;
    private static readonly TimeSpan FollowerSilence = TimeSpan.FromSeconds(60);

    private readonly RecordBuffer _buffer = new(BufferSize);
    private readonly Signal _news = new(time);
    private readonly OriginState _own = new("", null!);

    // Origins with pages that are stored and not in the buffer.
    private readonly HashSet<OriginState> _behind = [];
    private readonly Dictionary<string, long> _silos = new(StringComparer.Ordinal);
    private CrawlTotals _totals = new();
    private Task<long>? _duplicates;
    private Task _delivered = Task.CompletedTask;
    private Guid _follower;
    private DateTimeOffset _followedAt;

    public async Task<ImmutableArray<CrawlOutput>> FollowAsync(Guid follower)
    {
        (_follower, _followedAt) = (follower, time.GetUtcNow());
        _news.Set();
        return [.. await _table!.ReadOutputsAsync(CancellationToken.None)];
    }

    public async Task<CrawlBatch> ReadAsync(Guid follower, CrawlPosition after, ImmutableArray<CrawlOutput> outputs)
    {
        // Whoever followed an activation that was lost goes on with this one.
        if (_follower == Guid.Empty) _follower = follower;
        if (follower != _follower) return new CrawlBatch(after, [], _state, null, IsOvertaken: true);
        _followedAt = time.GetUtcNow();
        if (after.Epoch == _numbering && _buffer.Acknowledge(after.Sequence) is { Count: > 0 } pages) _delivered = DeliverAsync(_delivered, pages, outputs);
        // Also one who asks again: what it gets tells it that all before is stored.
        await _delivered;
        for (var until = time.GetUtcNow() + Slice; ;)
        {
            if (_buffer.IsEmpty) await FillAsync();
            if (!_buffer.IsEmpty || !IsRunning || follower != _follower || !await _news.WaitAsync(until - time.GetUtcNow())) break;
        }

        _followedAt = time.GetUtcNow();
        var isOver = _buffer.IsEmpty && !IsRunning && _state is not (CrawlState.New or CrawlState.Running);
        // The follower may be the cluster's owner and go once it knows of the end: the origins come first.
        if (isOver) await _allTold.WaitAsync(Slice, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        isOver = isOver && await CountDuplicatesAsync() && !IsRunning;
        var (records, last) = _buffer.Peek();
        return new CrawlBatch(new CrawlPosition(_numbering, last), records, _state, isOver && records.IsEmpty ? Progress() : null, IsOvertaken: false);
    }

    /// <summary>Counts pages of equal content for the end.</summary>
    /// <returns>Whether that is done; of many pages it takes longer than an answer may.</returns>
    private async Task<bool> CountDuplicatesAsync()
    {
        var count = _duplicates ??= CrawlTable.CountDuplicatesAsync(crawls.Get(), Id, CancellationToken.None);
        try
        {
            _totals = _totals with { Duplicates = await count.WaitAsync(Slice, time) };
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            // Whoever asks again may find the store in order, or the crawl resumed in between.
            if (count.IsCompleted) _duplicates = null;
        }
    }

    private async Task DeliverAsync(Task before, IReadOnlyDictionary<string, long> pages, ImmutableArray<CrawlOutput> outputs)
    {
        await before;
        await RepeatAsync(() => _table!.DeliverAsync(pages.Select(static page => (page.Key, page.Value)), outputs));
    }

    /// <summary>Reads from the store how far the crawl is.</summary>
    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        var (delivered, outcomes) = await _table!.SumUpAsync(cancellationToken);
        _origins.Clear();
        _silos.Clear();
        _behind.Clear();
        (_totals, _pagesUsed, _active) = (new(), 0, 0);
        (_own.Stored, _own.Buffered) = (0, 0);
        foreach (var sum in outcomes)
        {
            var origin = sum.Origin.Length == 0 ? _own : OriginOf(sum.Origin);
            Count(origin, sum.Outcome, sum.Silo, sum.Count, sum.Bytes);
            origin.Stored = Math.Max(origin.Stored, sum.LastNumber);
            origin.PagesUsed += sum.Requested;
            _pagesUsed += sum.Requested;
        }

        foreach (var (origin, count) in await _table.ReadLeftOutAsync(cancellationToken)) OriginOf(origin).LeftOut = count;
        foreach (var delivery in delivered) (delivery.Origin.Length == 0 ? _own : OriginOf(delivery.Origin)).Buffered = delivery.Number;
        foreach (var origin in _origins.Values.Append(_own))
            if (origin.Buffered < origin.Stored)
                _behind.Add(origin);
    }

    /// <summary>Takes pages that an origin has stored. The follower gets them from here, or later from the store.</summary>
    private void Offer(OriginState origin, long before, ImmutableArray<PageRecord> records)
    {
        for (var i = (int)(origin.Stored - before); i < records.Length; i++)
        {
            Count(origin, records[i]);
            origin.Stored++;
            if (origin.Buffered != origin.Stored - 1 || !_buffer.HasRoom || _follower == Guid.Empty) continue;
            _buffer.Add(records[i], origin.Origin, origin.Stored);
            origin.Buffered++;
        }

        if (origin.Buffered < origin.Stored) _behind.Add(origin);
        if (!records.IsEmpty) _news.Set();
    }

    /// <summary>Counts pages that were stored and not reported.</summary>
    private async Task CatchUpAsync(OriginState origin, long upTo)
    {
        while (origin.Stored < upTo)
        {
            var pages = await _table!.ReadPagesAsync(origin.Origin, origin.Stored, PagesAtATime, CancellationToken.None);
            foreach (var (number, record) in pages)
            {
                // Another report may have counted it in the meantime.
                if (number <= origin.Stored) continue;
                Count(origin, record);
                origin.Stored = number;
            }

            if (pages.Count == 0) break;
        }

        if (origin.Buffered < origin.Stored) _behind.Add(origin);
    }

    /// <summary>Reads pages from the store for the follower.</summary>
    private async Task FillAsync()
    {
        while (_behind.FirstOrDefault() is { } origin && _buffer.IsEmpty)
        {
            foreach (var (number, record) in await _table!.ReadPagesAsync(origin.Origin, origin.Buffered, PagesAtATime, CancellationToken.None))
            {
                if (number <= origin.Buffered) continue;
                _buffer.Add(record, origin.Origin, number);
                origin.Buffered = number;
            }

            if (origin.Buffered >= origin.Stored) _behind.Remove(origin);
        }
    }

    private void Count(OriginState origin, PageRecord record) => Count(origin, record.Outcome, record.Silo, 1, record.Bytes);

    private void Count(OriginState origin, PageOutcome outcome, string? silo, long count, long bytes)
    {
        _totals = _totals.Add(outcome, count, bytes);
        if (silo is not null) CollectionsMarshal.GetValueRefOrAddDefault(_silos, silo, out _) += count;
        origin.Pages += count;
        if (outcome is PageOutcome.Error or PageOutcome.Timeout) origin.Errors += count;
    }

    private TimeSpan Elapsed() => _elapsed + (_runningSince is { } since ? time.GetUtcNow() - since : TimeSpan.Zero);

    private CrawlProgress Progress()
    {
        long queued = 0, inFlight = 0, leftOut = 0;
        foreach (var origin in _origins.Values)
        {
            queued += origin.Queued;
            inFlight += origin.InFlight;
            leftOut += origin.LeftOut;
        }

        var busiest = _origins.Values.OrderByDescending(static o => o.InFlight + o.Queued).ThenByDescending(static o => o.Pages).Take(CrawlProgress.MaxHosts);
        return new CrawlProgress(
            _state,
            _failure,
            _totals with { Hosts = _origins.Keys.Select(static o => CrawlUrl.Parse(o + "/").Host).Distinct(StringComparer.Ordinal).Count(), Elapsed = Elapsed(), LeftOut = leftOut },
            queued,
            inFlight,
            [.. busiest.Select(static o => new CrawlHostProgress(o.Origin, o.Pages, o.Errors, o.Queued, o.InFlight))],
            [.. _silos.OrderBy(static s => s.Key, StringComparer.Ordinal).Select(static s => new CrawlSiloProgress(s.Key, s.Value))]);
    }
}
