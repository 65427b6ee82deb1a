using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class HostBackoffTests
{
    private readonly HostBackoff _backoff = new();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_pause_doubles_with_each_refusal_up_to_half_a_minute() =>
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], Enumerable.Range(0, 9).Select(_ => RefuseAfterPause()));

    [Fact]
    public void The_host_gets_what_it_asks_for_if_that_is_longer_and_no_more_than_five_minutes()
    {
        Assert.Equal(3, RefuseAfterPause(retryAfter: 3));
        Assert.Equal(1, RefuseAfterPause(retryAfter: 0));
        Assert.Equal(300, RefuseAfterPause(retryAfter: 4000));
    }

    [Fact]
    public void Requests_refused_together_are_one_refusal()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.5), _backoff.Refuse(_now, null, 0));

        _now += TimeSpan.FromSeconds(0.2);
        Assert.Equal(TimeSpan.FromSeconds(0.3), _backoff.Refuse(_now, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(2), _backoff.Refuse(_now, TimeSpan.FromSeconds(2), 0));

        _now += TimeSpan.FromSeconds(2);
        Assert.Equal(1, RefuseAfterPause());
    }

    [Fact]
    public void Answers_make_the_pause_shorter_again()
    {
        for (var i = 0; i < 20; i++) RefuseAfterPause();

        // Ten answers take back one refusal, thirty three: the next is counted then.
        Assert.Equal(30, RefuseAfterPause(answered: 10));
        Assert.Equal(8, RefuseAfterPause(answered: 30));
        Assert.Equal(16, RefuseAfterPause(answered: 9));
        Assert.Equal(0.5, RefuseAfterPause(answered: 1000));
    }

    private double RefuseAfterPause(double? retryAfter = null, int answered = 0)
    {
        var pause = _backoff.Refuse(_now, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null, answered);
        _now += pause;
        return pause.TotalSeconds;
    }
}
