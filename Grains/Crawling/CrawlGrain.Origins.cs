namespace OrleansAsync.Crawling;

/// <summary>Shares slots and pages out among the origins, hears how they get on, and finds the end.</summary>
internal sealed partial class CrawlGrain
{
    // Long enough for a busy silo, short enough that a lost one is noticed.
    private static readonly TimeSpan OriginSilence = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, OriginState> _origins = new(StringComparer.Ordinal);
    private long _pagesUsed;
    private long _version;
    private bool _isContended;
    private bool _isEnding;
    private Task _allTold = Task.CompletedTask;
    private DateTimeOffset _renewedAt;

    public async Task<OriginGrant> ReportAsync(OriginReport report)
    {
        if (!IsRunning) return new OriginGrant(report.Epoch, 0, null, null, CrawlStop.Ended, 0);
        var origin = OriginOf(report.Origin);
        if (report.Epoch != Guid.Empty && report.Epoch != _epoch) return GrantTo(origin);
        if (report.Incarnation != origin.Incarnation)
        {
            if (report.Incarnation.CompareTo(origin.Incarnation) < 0) return GrantTo(origin) with { Stop = CrawlStop.Ended };
            (origin.Incarnation, origin.Sequence) = (report.Incarnation, 0);
            _slots.Restart(report.Origin, 0);
            _budget?.Restart(report.Origin, (int)report.PagesUsed);
        }

        origin.HeardAt = time.GetUtcNow();
        // An earlier activation stored pages and was lost before it could say so.
        if (report.PagesBefore > origin.Stored) await CatchUpAsync(origin, report.PagesBefore);
        if (!IsRunning || report.Sequence <= origin.Sequence) return GrantTo(origin);
        origin.Sequence = report.Sequence;
        Offer(origin, report.PagesBefore, report.Records);
        (origin.Queued, origin.InFlight) = (report.Queued, report.InFlight);
        _active += (report.Active ? 1 : 0) - (origin.IsActive ? 1 : 0);
        origin.IsActive = report.Active;
        _slots.Update(report.Origin, report.SlotsReturned, report.SlotsTarget);
        if (_budget is not null)
        {
            _pagesUsed += report.PagesUsed - origin.PagesUsed;
            origin.PagesUsed = report.PagesUsed;
            _budget.Update(report.Origin, report.PagesReturned, report.PagesTarget);
            if (_pagesUsed >= _budget.Capacity) Halt(CrawlStop.PageLimit);
        }

        // Origins keep idle slots while nobody seems to want them: now somebody does.
        var isContended = _slots.Share is not null;
        if (isContended && !_isContended)
            foreach (var holder in _origins.Values)
                if (holder != origin && _slots.HeldBy(holder.Origin) > 0)
                    Push(holder);
        _isContended = isContended;
        foreach (var name in _slots.TakeChanged().Concat(_budget?.TakeChanged() ?? []).Distinct())
            if (name != report.Origin)
                Push(_origins[name]);
        if (report.Failure is { } failure) Fail(failure, null);
        EndIfDone();
        return GrantTo(origin);
    }

    private OriginState OriginOf(string origin)
    {
        if (!_origins.TryGetValue(origin, out var state))
            _origins.Add(origin, state = new OriginState(origin, GrainFactory.GetGrain<ICrawlHostGrain>(new CrawlHostKey(Id, origin).ToString())));
        return state;
    }

    private OriginGrant GrantTo(OriginState origin) =>
        new(_epoch, _slots.GrantedTo(origin.Origin), _budget?.GrantedTo(origin.Origin), _slots.Share, IsRunning ? _stop : CrawlStop.Ended, ++_version);

    private void Push(OriginState origin) => PushAsync(origin).Ignore();

    private Task PushAsync(OriginState origin) => RepeatAsync(() => origin.Grain.OnGrantAsync(GrantTo(origin)));

    /// <summary>Stops what the origins do; a later, stricter stop goes before an earlier one.</summary>
    private void Halt(CrawlStop stop)
    {
        if (stop <= _stop || !IsRunning) return;
        _stop = stop;
        foreach (var origin in _origins.Values)
            if (origin.IsActive)
                Push(origin);
        EndIfDone();
    }

    private void Fail(string reason, Exception? exception)
    {
        if (!IsRunning || _failure is not null) return;
        _failure = reason;
        LogFailure(Id, reason, exception);
        EndIfDone();
    }

    private void EndIfDone()
    {
        if (!_isEnding && FindEnd() is not null) EndAsync().Ignore();
    }

    /// <summary>How the crawl ends if it does now. A pause does not wait for the seeds: they are stored.</summary>
    private CrawlState? FindEnd() => this switch
    {
        { IsRunning: false } => null,
        { _failure: not null } => CrawlState.Failed,
        { _active: > 0 } or { _isSeeding: true, _stop: < CrawlStop.Paused } => null,
        { _stop: CrawlStop.Canceled } => CrawlState.Canceled,
        { _stop: CrawlStop.Paused } => CrawlState.Paused,
        _ => CrawlState.Finished,
    };

    /// <summary>Ends the crawl if the store agrees; else lets those go on that have something to do there.</summary>
    private async Task EndAsync()
    {
        _isEnding = true;
        try
        {
            while (FindEnd() is { } state)
            {
                var end = CrawlEnd.Superseded;
                await RepeatAsync(async () => end = await _table!.EndAsync(state, _failure, Elapsed()));
                if (end == CrawlEnd.Superseded)
                {
                    Supersede();
                }
                else if (end == CrawlEnd.Ended)
                {
                    Conclude(state);
                }
                else
                {
                    // An origin was lost, or was never told of.
                    await WakeAsync(await _table!.FindUnfinishedAsync(CancellationToken.None));
                    await Task.Delay(Beat, time);
                }
            }
        }
        finally
        {
            _isEnding = false;
        }
    }

    /// <summary>The crawl has ended, or is paused: its origins are told.</summary>
    private void Conclude(CrawlState state)
    {
        _elapsed = Elapsed();
        (_state, _stop, _runningSince) = (state, CrawlStop.Ended, null);
        _allTold = Task.WhenAll(_origins.Values.Where(static origin => origin.Incarnation != Guid.Empty).Select(PushAsync));
        _clock?.Dispose();
        // Long enough for the follower to read the rest; then as any idle grain.
        DelayDeactivation(FollowerSilence);
        _news.Set();
        _changed.Set();
    }

    private async Task OnClockAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Elapsed() >= _setup?.Specification.MaxTime) Halt(CrawlStop.TimeLimit);
        // Nobody would be told of the end, and whoever comes later can go on.
        if (now - _followedAt > FollowerSilence && _setup is not { IsDetached: true }) Halt(CrawlStop.Paused);
        foreach (var origin in _origins.Values)
            if (origin.IsActive && !origin.IsWaking && now - origin.HeardAt > OriginSilence)
                WakeSilentAsync(origin).Ignore();
        // It may have been impossible the last time.
        EndIfDone();
        if (now - _renewedAt < RenewPeriod) return;
        _renewedAt = now;
        try
        {
            if (!await _table!.RenewAsync(Elapsed())) Supersede();
        }
        catch (Storage.StoreUnavailableException exception)
        {
            LogRepeat(Id, exception);
        }
    }

    private async Task WakeSilentAsync(OriginState origin)
    {
        origin.IsWaking = true;
        try
        {
            await origin.Grain.WakeAsync(_epoch);
            origin.HeardAt = time.GetUtcNow();
        }
        finally
        {
            origin.IsWaking = false;
        }
    }

    /// <param name="origin">Scheme, host and port; empty for seeds that have none.</param>
    /// <param name="grain">Its grain.</param>
    private sealed class OriginState(string origin, ICrawlHostGrain grain)
    {
        public string Origin => origin;

        public ICrawlHostGrain Grain => grain;

        public Guid Incarnation { get; set; }

        public long Sequence { get; set; }

        public bool IsActive { get; set; }

        public bool IsWaking { get; set; }

        public DateTimeOffset HeardAt { get; set; }

        public long PagesUsed { get; set; }

        /// <summary>The number of the last page that is known to be stored, and counted.</summary>
        public long Stored { get; set; }

        /// <summary>The number of the last page that the follower was given, or will be from the buffer.</summary>
        public long Buffered { get; set; }

        public long Pages { get; set; }

        public long Errors { get; set; }

        public long Queued { get; set; }

        public int InFlight { get; set; }
    }
}
