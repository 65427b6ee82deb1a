namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>
/// A token bucket. In any span of time no more permits leave it than its burst and what comes in that time: exactly, as it counts in whole units, of which
/// each tick brings <see cref="RateLimit.Permits"/>, and a permit has as many as its period has ticks.
/// </summary>
/// <param name="limit">The rate.</param>
/// <param name="time">The clock.</param>
/// <param name="filling">How long ago it was empty; <see langword="null"/> if it is full.</param>
internal sealed class TokenBucket(RateLimit limit, TimeProvider time, TimeSpan? filling = null)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Int128 _capacity = Units(limit, limit.Burst);
    private Int128 _level = Int128.Min(Units(limit, limit.Burst), filling is { } span ? (Int128)span.Ticks * limit.Permits : Units(limit, limit.Burst));
    private long _filledAt;

    /// <summary>How long until it is full.</summary>
    public TimeSpan UntilFull => Until(limit.Burst);

    public bool TryTake(int permits)
    {
        Fill();
        if (_level < Units(limit, permits)) return false;
        _level -= Units(limit, permits);
        return true;
    }

    /// <summary>Takes back what nobody has used.</summary>
    public void Return(int permits)
    {
        Fill();
        _level = Int128.Min(_capacity, _level + Units(limit, permits));
    }

    /// <summary>How long until so many permits can be had, if nobody takes any; zero if they can.</summary>
    public TimeSpan Until(int permits)
    {
        Fill();
        var missing = Units(limit, permits) - _level;
        return missing <= 0 ? TimeSpan.Zero : new TimeSpan((long)((missing + limit.Permits - 1) / limit.Permits));
    }

    private void Fill()
    {
        var now = time.GetElapsedTime(_start).Ticks;
        _level = Int128.Min(_capacity, _level + (Int128)(now - _filledAt) * limit.Permits);
        _filledAt = now;
    }

    private static Int128 Units(RateLimit limit, int permits) => (Int128)permits * limit.Period.Ticks;
}
