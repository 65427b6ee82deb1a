using OrleansAsync.Execution;

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

    // Virtual time sees turns, and could miss a hop over the thread pool on the way to one.
    private readonly TaskCreationOptions _continuations = time is IVirtualTime ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

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
        List<TokenWaiter>? granted;
        bool isTaken;
        lock (_gate)
        {
            granted = Grant();
            isTaken = _waiters.Count == 0 && _bucket.TryTake(permits);
        }
        Tell(granted);
        return isTaken;
    }

    /// <summary>Asks for permits: granted at once, or in turn.</summary>
    public TokenWaiter Enter(int permits)
    {
        var waiter = new TokenWaiter(permits, _continuations);
        List<TokenWaiter>? granted;
        lock (_gate)
        {
            waiter.Place = _waiters.AddLast(waiter);
            granted = Grant();
        }
        Tell(granted);
        return waiter;
    }

    /// <summary>Does not want them any more: it waits no longer, and what it was granted is given back.</summary>
    public void Leave(TokenWaiter waiter)
    {
        List<TokenWaiter>? granted;
        lock (_gate)
        {
            if (waiter.Place is { } place)
            {
                _waiters.Remove(place);
                waiter.Place = null;
            }
            else _bucket.Return(waiter.Permits);
            granted = Grant();
        }
        Tell(granted);
    }

    public void Dispose()
    {
        lock (_gate) _timer?.Dispose();
    }

    /// <summary>Lets go on whoever has got permits, outside the lock: their code may run right here.</summary>
    private static void Tell(List<TokenWaiter>? granted)
    {
        foreach (var waiter in granted ?? []) waiter.Grant();
    }

    private List<TokenWaiter>? Grant()
    {
        List<TokenWaiter>? granted = null;
        while (_waiters.First is { Value: var first } place)
        {
            if (!_bucket.TryTake(first.Permits))
            {
                Wake(_bucket.Until(first.Permits));
                break;
            }
            _waiters.Remove(place);
            first.Place = null;
            (granted ??= []).Add(first);
        }
        return granted;
    }

    private void Wake(TimeSpan wait)
    {
        // A timer counts in milliseconds, and would be early.
        var due = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait.TotalMilliseconds, MaxTimer.TotalMilliseconds)));
        _timer ??= time.CreateTimer(
            static queue =>
            {
                var self = (TokenQueue)queue!;
                List<TokenWaiter>? granted;
                lock (self._gate) granted = self.Grant();
                Tell(granted);
            },
            this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>Who waits for permits.</summary>
internal sealed class TokenWaiter(int permits, TaskCreationOptions continuations = TaskCreationOptions.RunContinuationsAsynchronously)
{
    private readonly TaskCompletionSource _granted = new(continuations);

    public int Permits => permits;

    /// <summary>Completes when it has them.</summary>
    public Task Granted => _granted.Task;

    /// <summary>Its place among those who wait; null once it has left it. For the queue.</summary>
    public LinkedListNode<TokenWaiter>? Place { get; set; }

    public void Grant() => _granted.SetResult();
}
