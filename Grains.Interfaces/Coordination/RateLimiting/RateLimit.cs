using System.Globalization;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>How much may pass: so many permits a period, after a burst.</summary>
[GenerateSerializer, Immutable, Alias(RateLimitingAliases.Limit)]
public sealed record RateLimit
{
    private static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(1);

    /// <summary>Gets how many permits come in a period; 1 or more.</summary>
    [Id(0)]
    public required int Permits { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Permits is 1 or more."); }

    /// <summary>Gets the period; more than zero, at most a day. The permits come one by one in it, not together at its end.</summary>
    [Id(1)]
    public required TimeSpan Period
    {
        get;
        init => field = value > TimeSpan.Zero && value <= MaxPeriod ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Period is more than zero and at most a day.");
    }

    /// <summary>
    /// Gets how many permits gather while nobody takes any, and so may pass at once; 1 or more. Default: as many as come in a period. It is also all that a
    /// timer that comes late can catch up with: a burst of less than what comes in some 20 ms lets less than the rate pass.
    /// </summary>
    [Id(2)]
    public int Burst
    {
        get => field == 0 ? Permits : field;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Burst is 1 or more.");
    }

    /// <summary>Whether it says the same, by default or not.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(RateLimit? other) => other is not null && (Permits, Period, Burst) == (other.Permits, other.Period, other.Burst);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Permits, Period, Burst);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Permits} permits per {Period}, burst {Burst}");

    internal void CheckPermits(int permits)
    {
        if (permits < 1 || permits > Burst) throw new ArgumentOutOfRangeException(nameof(permits), permits, $"From 1 to the burst of {Burst} permits can be had at once.");
    }
}
