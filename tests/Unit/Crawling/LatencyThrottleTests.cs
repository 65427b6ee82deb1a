using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class LatencyThrottleTests
{
    [Theory]
    [InlineData(0, 0.2, false, 0.2)]
    [InlineData(0.2, 4, false, 4)]
    [InlineData(4, 2, false, 3)]
    [InlineData(4, 0, true, 4)]
    [InlineData(4, 30, true, 30)]
    public void A_slower_answer_counts_at_once_a_quicker_by_half_a_quick_error_not_at_all(double latency, double answer, bool failed, double expected) =>
        Assert.Equal(Seconds(expected), LatencyThrottle.Next(Seconds(latency), Seconds(answer), failed));

    [Theory]
    [InlineData(8, 0, 8)]
    [InlineData(8, 1, 8)]
    [InlineData(8, 1.1, 7)]
    [InlineData(8, 2, 4)]
    [InlineData(8, 60, 1)]
    [InlineData(3, 1.5, 2)]
    [InlineData(1, 5, 1)]
    [InlineData(int.MaxValue, 86400, 24855)]
    public void Open_requests_are_divided_by_the_seconds_an_answer_takes(int limit, double latency, int expected) =>
        Assert.Equal(expected, LatencyThrottle.Limit(limit, Seconds(latency)));

    [Theory]
    [InlineData(0, 0.9, false)]
    [InlineData(0, 1.1, true)]
    [InlineData(2, 2.2, false)]
    [InlineData(2, 3, true)]
    [InlineData(2, 1.5, true)]
    [InlineData(1.1, 0.1, true)]
    public void Only_a_change_that_matters_is_told(double told, double now, bool expected) => Assert.Equal(expected, LatencyThrottle.IsNews(Seconds(told), Seconds(now)));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
