using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class HostAccountTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HostAccount _account = new("a.test", null!);

    [Fact]
    public void Of_several_robots_txt_the_longest_crawl_delay_holds_as_long_as_it_is_asked_for()
    {
        _account.Apply("http://a.test", Gate("Crawl-delay: 2"), Now);
        _account.Apply("https://a.test", Gate("Crawl-delay: 5"), Now);
        Assert.Equal((TimeSpan.FromSeconds(5), Now + TimeSpan.FromSeconds(5)), (_account.Interval, _account.NextStart));

        _account.Apply("https://a.test", Gate("Disallow: /x"), Now);
        Assert.Equal(TimeSpan.FromSeconds(2), _account.Interval);
    }

    [Fact]
    public void What_robots_txt_says_is_known_as_long_as_it_may_be_kept() => Assert.Equal(Now + TimeSpan.FromHours(3), Gate("Disallow: /x").Expires);

    [Fact]
    public void A_grant_that_was_overtaken_changes_nothing_but_what_was_given()
    {
        Assert.True(_account.Apply(new HostGrant("a.test", 2, null, TimeSpan.Zero, TimeSpan.FromSeconds(1), 2, Version: 2, null), Now));

        Assert.False(_account.Apply(new HostGrant("a.test", 1, 0, TimeSpan.Zero, TimeSpan.Zero, 8, Version: 1, null), Now));

        Assert.Equal((TimeSpan.FromSeconds(1), 2, 2L), (_account.Interval, _account.Limit, _account.Slots.Granted));
    }

    [Fact]
    public void Answers_are_counted_from_one_refusal_to_the_next()
    {
        _account.Learn(TimeSpan.FromSeconds(2), failed: false);
        _account.Learn(TimeSpan.FromSeconds(1), failed: true);
        Assert.Equal((TimeSpan.FromSeconds(2), 1, 0), (_account.Latency, _account.TakeAnswered(), _account.TakeAnswered()));
    }

    private static RobotsGate Gate(string rule) =>
        RobotsGate.From(new RobotsAnswer(RobotsKind.Rules, [.. Encoding.UTF8.GetBytes($"User-agent: *\n{rule}")], null, 1, null, TimeSpan.FromHours(3)), "bot", Now);
}
