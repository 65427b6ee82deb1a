using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>The buckets of one process. A key costs memory only until its bucket is full again.</summary>
internal sealed class LocalRateLimiter(IClusterLoop loop, RateLimit limit) : IRateLimiter
{
    private const int MinSweep = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TokenQueue> _queues = [];
    private int _sweepAt = MinSweep;

    public RateLimit Limit => limit;

    /// <summary>How many keys it remembers.</summary>
    public int KeyCount
    {
        get
        {
            lock (_gate) return _queues.Count;
        }
    }

    public async Task AcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default)
    {
        Check(key, permits);
        cancellationToken.ThrowIfCancellationRequested();
        TokenQueue queue;
        TokenWaiter waiter;
        lock (_gate) waiter = (queue = Find(key)).Enter(permits);
        try
        {
            await loop.AwaitInside(async token =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
                await waiter.Granted.WaitAsync(either.Token);
            });
        }
        catch
        {
            queue.Leave(waiter);
            throw;
        }
    }

    public async Task<bool> TryAcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default)
    {
        Check(key, permits);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        lock (_gate) return Find(key).TryTake(permits);
    }

    private void Check(string key, int permits)
    {
        RateLimiterKey.Check(key);
        limit.CheckPermits(permits);
    }

    private TokenQueue Find(string key)
    {
        if (_queues.TryGetValue(key, out var known)) return known;
        if (_queues.Count >= _sweepAt)
        {
            foreach (var (idle, queue) in _queues.Where(pair => pair.Value.UntilFull == TimeSpan.Zero).ToArray())
            {
                _queues.Remove(idle);
                queue.Dispose();
            }
            _sweepAt = Math.Max(MinSweep, 2 * _queues.Count);
        }
        var added = new TokenQueue(limit, loop.Time);
        _queues.Add(key, added);
        return added;
    }
}
