namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>A token bucket and who waits for it, first come, first served. Its timer, its owner and those who wait may be on different threads.</summary>
internal sealed class TokenQueue(RateLimit limit, TimeProvider time, TimeSpan? filling = null) : IDisposable
{
    // More than a timer takes; then it is looked at again.
    private static readonly TimeSpan MaxTimer = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<TokenWaiter> _waiters = [];
    private readonly TokenBucket _bucket = new(limit, time, filling);
    private ITimer? _timer;

    public RateLimit Limit => limit;

    public int WaiterCount
    {
        get
        {
            lock (_gate) return _waiters.Count;
        }
    }

    /// <summary>How long until the bucket is full again, so that forgetting it loses nothing; <see langword="null"/> while somebody waits.</summary>
    public TimeSpan? UntilFull
    {
        get
        {
            lock (_gate) return _waiters.Count > 0 ? null : _bucket.UntilFull;
        }
    }

    /// <summary>Takes permits, unless there are too few or somebody waits.</summary>
    public bool TryTake(int permits)
    {
        lock (_gate)
        {
            Grant();
            return _waiters.Count == 0 && _bucket.TryTake(permits);
        }
    }

    /// <summary>Asks for permits: granted at once, or in turn.</summary>
    public TokenWaiter Enter(int permits)
    {
        lock (_gate)
        {
            var waiter = new TokenWaiter(permits);
            waiter.Place = _waiters.AddLast(waiter);
            Grant();
            return waiter;
        }
    }

    /// <summary>Does not want them any more: it waits no longer, and what it was granted is given back.</summary>
    public void Leave(TokenWaiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Place is { } place)
            {
                _waiters.Remove(place);
                waiter.Place = null;
            }
            else _bucket.Return(waiter.Permits);
            Grant();
        }
    }

    public void Dispose()
    {
        lock (_gate) _timer?.Dispose();
    }

    private void Grant()
    {
        while (_waiters.First is { Value: var first } place)
        {
            if (!_bucket.TryTake(first.Permits))
            {
                Wake(_bucket.Until(first.Permits));
                return;
            }
            _waiters.Remove(place);
            first.Place = null;
            first.Grant();
        }
    }

    private void Wake(TimeSpan wait)
    {
        // A timer counts in milliseconds, and would be early.
        var due = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, MaxTimer.TotalMilliseconds)));
        _timer ??= time.CreateTimer(
            static queue =>
            {
                var self = (TokenQueue)queue!;
                lock (self._gate) self.Grant();
            },
            this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>Who waits for permits.</summary>
internal sealed class TokenWaiter(int permits)
{
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Permits => permits;

    /// <summary>Completes when it has them.</summary>
    public Task Granted => _granted.Task;

    /// <summary>Its place among those who wait; null once it has left it. For the queue.</summary>
    public LinkedListNode<TokenWaiter>? Place { get; set; }

    public void Grant() => _granted.SetResult();
}
