namespace OrleansAsync.Crawling;

/// <summary>How long to wait before another attempt.</summary>
internal static class RetryPolicy
{
    /// <summary>A server that asks for more is not asked again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The wait after an attempt (1 is the first): what the server asks for, else doubling; null if the server asks for too much.</summary>
    public static TimeSpan? Wait(int attempt, TimeSpan? retryAfter)
    {
        if (retryAfter is { } asked) return asked <= LongestWait ? asked : null;
        var doubled = First * Math.Pow(2, Math.Min(attempt - 1, 16));
        return doubled < Longest ? doubled : Longest;
    }
}
