namespace OrleansAsync.Crawling;

internal sealed partial class CrawlGrain
{
    private long _pagesUsed;
    private long _version;
    private bool _isContended;
    private Task _allTold = Task.CompletedTask;

    public async Task<OriginGrant> ReportAsync(OriginReport report)
    {
        if (_state == CrawlState.New) return new OriginGrant(true, 0, null, null, CrawlStop.Ended, 0);
        var origin = OriginOf(report.Origin);
        origin.HeardAt = time.GetUtcNow();
        if (origin.Incarnation == Guid.Empty) origin.Incarnation = report.Incarnation;
        if (origin.Incarnation != report.Incarnation) Fail($"the frontier of {report.Origin} was lost with its silo; crawl again", null);

        var until = time.GetUtcNow() + Slice;
        while (!report.Records.IsEmpty && !_buffer.HasRoom && !HasEnded)
            if (!await _room.WaitAsync(until - time.GetUtcNow()))
                return GrantTo(origin) with { Accepted = false };

        origin.HeardAt = time.GetUtcNow();
        if (HasEnded || report.Sequence <= origin.Sequence) return GrantTo(origin);
        origin.Sequence = report.Sequence;
        foreach (var record in report.Records) Take(record, origin);
        if (!report.Records.IsEmpty) _news.Set();
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
        EndIfDone(origin);
        return GrantTo(origin);
    }

    private OriginState OriginOf(string origin)
    {
        if (!_origins.TryGetValue(origin, out var state))
            _origins.Add(origin, state = new OriginState(origin, GrainFactory.GetGrain<ICrawlHostGrain>(new CrawlHostKey(Id, origin).ToString())));
        return state;
    }

    private OriginGrant GrantTo(OriginState origin) => new(true, _slots.GrantedTo(origin.Origin), _budget?.GrantedTo(origin.Origin), _slots.Share, _stop, ++_version);

    private void Push(OriginState origin) => PushAsync(origin).Ignore();

    private Task PushAsync(OriginState origin) => RepeatAsync(() => origin.Grain.OnGrantAsync(GrantTo(origin)));

    /// <summary>Stops what the origins do; a later, stricter stop goes before an earlier one.</summary>
    private void Halt(CrawlStop stop)
    {
        if (stop <= _stop || HasEnded) return;
        _stop = stop;
        foreach (var origin in _origins.Values)
            if (origin.IsActive)
                Push(origin);
        EndIfDone();
    }

    private void EndIfDone(OriginState? reporting = null)
    {
        if (_state == CrawlState.Running && !_isSeeding && _active == 0) End(_stop == CrawlStop.Canceled ? CrawlState.Canceled : CrawlState.Finished, reporting);
    }

    private void Fail(string reason, Exception? exception)
    {
        if (HasEnded) return;
        _failure = reason;
        LogFailure(Id, reason, exception);
        End(CrawlState.Failed);
    }

    /// <summary>Ends the crawl and tells its origins; the one that is reporting learns it by the answer.</summary>
    private void End(CrawlState state, OriginState? reporting = null)
    {
        _elapsed = Elapsed();
        _state = state;
        _stop = CrawlStop.Ended;
        _allTold = Task.WhenAll(_origins.Values.Where(origin => origin != reporting).Select(PushAsync));
        _clock?.Dispose();
        // Long enough for the follower to read the rest; then as any idle grain.
        DelayDeactivation(FollowerSilence);
        _news.Set();
        _room.Set();
    }

    private Task OnClockAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _startedAt >= _setup?.Specification.MaxTime) Halt(CrawlStop.TimeLimit);
        // Without a follower nobody takes the records, and nobody would be told of the end.
        if (now - _followedAt > FollowerSilence) Halt(CrawlStop.Canceled);
        foreach (var origin in _origins.Values)
            if (origin.IsActive && now - origin.HeardAt > OriginSilence)
            {
                Fail($"{origin.Origin} was not heard of for {OriginSilence.TotalSeconds:0} s: its silo may be lost; crawl again", null);
                break;
            }

        return Task.CompletedTask;
    }

    private sealed class OriginState(string origin, ICrawlHostGrain grain)
    {
        public string Origin => origin;

        public ICrawlHostGrain Grain => grain;

        public Guid Incarnation { get; set; }

        public long Sequence { get; set; }

        public bool IsActive { get; set; }

        public DateTimeOffset HeardAt { get; set; }

        public long PagesUsed { get; set; }

        public long Pages { get; set; }

        public long Errors { get; set; }

        public int Queued { get; set; }

        public int InFlight { get; set; }
    }
}
