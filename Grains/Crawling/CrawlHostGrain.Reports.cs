namespace OrleansAsync.Crawling;

internal sealed partial class CrawlHostGrain
{
    private const int BudgetAhead = 64;

    private readonly SlotAccount _slots = new();
    private readonly SlotAccount _budget = new();
    private readonly List<PageRecord> _records = [];
    private long _recordsSize;
    private long _sequence;
    private long _reportedPage;
    private bool _isReporting;
    private bool _isKnownActive;
    private bool _isBeatDue;
    private string? _failure;
    private string? _toldFailure;
    private long _toldLeftOut;
    private (bool Active, long SlotsReturned, int SlotsTarget, long PagesReturned, int PagesTarget) _told;
    private TaskCompletionSource? _whenTold;

    /// <summary>Completes once the crawl knows whether this origin is active as it is now.</summary>
    private Task ToldAsync()
    {
        if (_isKnownActive || (!_isReporting && !NeedsReport())) return Task.CompletedTask;
        _whenTold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Report();
        return _whenTold.Task;
    }

    private void Report()
    {
        _slots.GiveBackSurplus(Startable(), quiet: !IsActive);
        _budget.GiveBackSurplus(0, quiet: !IsActive);
        if (_isReporting || !NeedsReport()) return;
        _isReporting = true;
        Run(PumpReportsAsync);
    }

    private bool NeedsReport()
    {
        if (_records.Count > 0 || _isBeatDue || _whenTold is not null || _failure != _toldFailure || _traps.LeftOut != _toldLeftOut) return true;
        var now = ToTell();
        // To want less is no news: what comes too much goes back once others wait.
        return now.Active != _told.Active || now.SlotsReturned != _told.SlotsReturned || now.PagesReturned != _told.PagesReturned
            || now.SlotsTarget > _told.SlotsTarget || now.PagesTarget > _told.PagesTarget;
    }

    private (bool Active, long SlotsReturned, int SlotsTarget, long PagesReturned, int PagesTarget) ToTell() =>
        (IsActive, _slots.Returned, _slots.InUse + Startable(), _budget.Returned, _budget.InUse + BudgetWanted());

    /// <summary>Visits that only lack one of the crawl's slots.</summary>
    private int Startable()
    {
        var now = time.GetUtcNow();
        var count = 0;
        foreach (var host in _hosts.Values)
            count += Math.Min(StartableOn(host, now), host.Address is { } address ? Math.Max(0, address.Slots.Spare) : int.MaxValue);
        return count;
    }

    private int BudgetWanted() => IsBudgeted && _stop == CrawlStop.None ? (int)Math.Min(_frontier.Queued, BudgetAhead) : 0;

    private async Task PumpReportsAsync()
    {
        try
        {
            while (NeedsReport())
            {
                var whenTold = _whenTold;
                _whenTold = null;
                _isBeatDue = false;
                var (taken, size) = RecordBuffer.TakeBatch(_records);
                var told = ToTell();
                // While records are left for the next report, this origin cannot be at its end.
                if (taken < _records.Count) told.Active = true;
                if (!told.Active) _isKnownActive = false;
                var report = new OriginReport
                {
                    Origin = _key.Origin,
                    Incarnation = _incarnation,
                    Epoch = _crawlEpoch,
                    Sequence = _sequence + 1,
                    Active = told.Active,
                    PagesBefore = _reportedPage,
                    Records = [.. _records.Take(taken)],
                    SlotsReturned = told.SlotsReturned,
                    SlotsTarget = told.SlotsTarget,
                    PagesUsed = _budget.InUse,
                    PagesReturned = told.PagesReturned,
                    PagesTarget = told.PagesTarget,
                    Queued = _frontier.Queued + _frontier.Waiting,
                    InFlight = _frontier.InFlight,
                    Failure = _failure,
                    LeftOut = _traps.LeftOut,
                };
                var grant = await RepeatAsync(() => _crawl.ReportAsync(report));
                if (!IsOf(grant.Epoch))
                {
                    whenTold?.TrySetException(new InvalidOperationException($"{_key.Origin} begins again, as its crawl did."));
                    Supersede();
                    return;
                }

                _sequence++;
                _reportedPage += taken;
                _records.RemoveRange(0, taken);
                _recordsSize -= size;
                _told = told;
                _toldFailure = report.Failure;
                _toldLeftOut = report.LeftOut;
                if (told.Active) _isKnownActive = true;
                whenTold?.SetResult();
                Apply(grant);
                if (grant.Stop == CrawlStop.Ended) return;
                Advance();
            }
        }
        finally
        {
            _isReporting = false;
        }
    }

    private void Apply(OriginGrant grant)
    {
        _slots.Apply(grant.Slots, grant.Share, grant.Version);
        if (grant.Pages is { } pages) _budget.Apply(pages, null, grant.Version);

        if (grant.Stop > _stop) Stop(grant.Stop);
    }

    private void Stop(CrawlStop stop)
    {
        _stop = stop;
        if (Limit is not null) Abandon();
        if (stop == CrawlStop.PageLimit) return;
        foreach (var host in _hosts.Values)
            while (host.Hops.TryDequeue(out var visit))
                Drop(visit.Entry);
        _stopping.Cancel();
        // The store has them.
        if (Limit is null) _outbox.Clear();
        if (stop != CrawlStop.Ended) return;
        _whenTold?.TrySetResult();
        foreach (var host in _hosts.Values) Ask(host);
        _clock.Dispose();
        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
    }

    /// <summary>Calls until an answer comes: what is called is idempotent.</summary>
    private async Task<T> RepeatAsync<T>(Func<Task<T>> call)
    {
        for (var until = time.GetUtcNow() + Persistence; ;)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (_stop != CrawlStop.Ended && time.GetUtcNow() < until)
            {
                LogRepeat(_key.Origin, _key.CrawlId, exception);
            }

            await Task.Delay(RepeatAfter, time);
        }
    }
}
