using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class PageVisitTests
{
    [Fact]
    public void Redirects_are_followed_up_to_the_limit()
    {
        var visit = new PageVisit(new FrontierEntry("/0", UrlHash.Of("/0"), 1, 0, null));

        for (var i = 1; i <= PageVisit.MaxRedirects; i++) Assert.Null(visit.Follow($"/{i}"));

        Assert.Equal(("/20", "/0"), (visit.Url, visit.RedirectedFrom));
        Assert.Equal("too many redirects (20)", visit.Follow("/21"));
    }

    [Theory]
    [InlineData("/0")]
    [InlineData("/1")]
    public void Coming_back_is_a_loop(string target)
    {
        var visit = new PageVisit(new FrontierEntry("/0", UrlHash.Of("/0"), 1, 0, null));
        visit.Follow("/1");
        visit.Follow("/2");

        Assert.Equal("redirect loop", visit.Follow(target));
    }

    [Theory]
    [InlineData(1, null, 500)]
    [InlineData(2, null, 1000)]
    [InlineData(3, null, 2000)]
    [InlineData(40, null, 30_000)]
    [InlineData(1, 7000, 7000)]
    [InlineData(3, 0, 0)]
    public void A_retry_waits_as_the_server_asks_or_ever_longer(int attempt, int? retryAfterMs, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), RetryPolicy.Wait(attempt, retryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null));

    [Fact]
    public void A_server_that_asks_for_a_day_is_not_asked_again() => Assert.Null(RetryPolicy.Wait(1, TimeSpan.FromDays(1)));
}
