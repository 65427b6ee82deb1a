namespace OrleansAsync.Crawling;

/// <summary>The time limit of one attempt, which stands still while something else than the remote is waited for.</summary>
internal sealed class AttemptClock : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;
    private TimeSpan _before;
    private long _since;

    public AttemptClock(TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _timeProvider = timeProvider;
        _limit = limit;
        _since = timeProvider.GetTimestamp();
        _timer = new(limit, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
    }

    /// <summary>Fires when the time is over or the caller cancels.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsOver => _timer.IsCancellationRequested;

    public TimeSpan Elapsed => _before + _timeProvider.GetElapsedTime(_since);

    public void Pause()
    {
        _timer.CancelAfter(Timeout.InfiniteTimeSpan);
        _before = Elapsed;
    }

    public void Resume()
    {
        _since = _timeProvider.GetTimestamp();
        _timer.CancelAfter(_limit > _before ? _limit - _before : TimeSpan.Zero);
    }

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
