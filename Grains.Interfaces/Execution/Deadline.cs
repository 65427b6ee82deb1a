namespace OrleansAsync.Execution;

/// <summary>Points in time on the monotonic clock of this process; what travels is how much time is left.</summary>
internal static class Deadline
{
    public const long Never = long.MaxValue;

    /// <summary>The timestamp at which a time is over; rounded up, so that nothing is over early.</summary>
    public static long After(TimeProvider time, long start, TimeSpan? left)
    {
        if (left is not { } duration) return Never;
        var ticks = duration.TotalSeconds * time.TimestampFrequency;
        return ticks < long.MaxValue / 2 ? start + (long)Math.Ceiling(ticks) : Never;
    }

    /// <summary>How much is left; zero if it is over, null without a deadline.</summary>
    public static TimeSpan? Left(TimeProvider time, long deadline)
    {
        if (deadline == Never) return null;
        var left = time.GetElapsedTime(time.GetTimestamp(), deadline);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
