namespace OrleansAsync.Crawling;

/// <summary>Asks a host less often while it is slow to answer, by having fewer requests open to it.</summary>
/// <remarks>
/// The latency is averaged as Scrapy's AutoThrottle does it: a slower answer counts at once, a quicker one by half, a quick error not at all. A host
/// that answers within a second is not slowed; above that, open requests are divided by the seconds it takes, down to one.
/// </remarks>
internal static class LatencyThrottle
{
    public static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);

    /// <summary>The latency after another answer.</summary>
    public static TimeSpan Next(TimeSpan latency, TimeSpan answer, bool failed) => answer >= latency ? answer : failed ? latency : (latency + answer) / 2;

    /// <summary>How many of the requests that the settings allow may be open.</summary>
    public static int Limit(int limit, TimeSpan latency) => latency <= Quick ? limit : Math.Max(1, (int)(limit * Quick.Ticks / latency.Ticks));

    /// <summary>Whether a latency differs so much from the one told that it is worth a message; between quick and quick there is no difference.</summary>
    public static bool IsNews(TimeSpan told, TimeSpan now) => (now > Quick || told > Quick) && (now > told * 1.25 || now < told / 1.25);
}
