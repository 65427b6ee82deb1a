using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class HostScheduleTests
{
    private static readonly HostSite Private = new(true, null);
    private static readonly HostSite Public = new(false, "93.184.216.34");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<(string User, HostGrant Grant)> _pushed = [];
    private readonly HostSchedule _host;

    public HostScheduleTests() => _host = NewHost();

    [Fact]
    public void Defaults_suit_the_address()
    {
        var mine = _host.Request(Ask("a"), Private);
        var theirs = NewHost().Request(Ask("a"), Public);

        Assert.Equal((8, 8L, TimeSpan.Zero, null), (mine.Limit, mine.Granted, mine.Interval, mine.Address));
        Assert.Equal((2, 2L, TimeSpan.FromSeconds(1), "93.184.216.34"), (theirs.Limit, theirs.Granted, theirs.Interval, theirs.Address));
    }

    [Fact]
    public void Stricter_settings_of_a_new_user_reach_the_others_at_once()
    {
        _host.Request(Ask("a"), Private);

        _host.Request(Ask("b", limit: 2, delay: 1), Private);

        var told = Assert.Single(_pushed);
        Assert.Equal(("a", 2, 1, TimeSpan.FromSeconds(1)), (told.User, told.Grant.Limit, told.Grant.Share, told.Grant.Interval));
    }

    [Fact]
    public void A_slow_host_is_asked_less_and_a_recovered_one_as_much_as_before()
    {
        _host.Request(Ask("a"), Private);
        _host.Request(Ask("b", target: 0, held: 0), Private);

        var slow = _host.Request(Ask("a", latency: 4), Private);
        Assert.Equal((2, 2, 8L), (slow.Limit, slow.Share, slow.Granted));

        var slower = _host.Request(Ask("a", returned: 6, target: 2, latency: 60), Private);
        Assert.Equal((1, 1), (slower.Limit, slower.Share));

        var quick = _host.Request(Ask("a", returned: 7, latency: 0.3), Private);
        Assert.Equal((8, null, 15L), (quick.Limit, quick.Share, quick.Granted));
    }

    [Fact]
    public void A_host_is_as_slow_as_the_slowest_of_its_users_says_while_it_is_there()
    {
        _host.Request(Ask("a", target: 1), Private);
        _host.Request(Ask("b", target: 1, latency: 4), Private);
        Assert.Equal(2, _pushed[^1].Grant.Limit);

        _host.Request(Ask("b", returned: 1, target: 0, latency: 4), Private);
        Assert.Equal(("a", 8), (_pushed[^1].User, _pushed[^1].Grant.Limit));
    }

    [Fact]
    public void Starts_keep_their_distance_over_all_users()
    {
        string[] users = ["a", "b", "c"];
        var starts = users.Select(user => _host.Request(Ask(user, target: 1, limit: 4, delay: 2), Public).StartIn.TotalSeconds);

        Assert.Equal([0, 2, 4], starts);
    }

    [Fact]
    public void More_users_than_slots_take_turns()
    {
        Assert.Equal(1, _host.Request(Ask("a", limit: 1), Private).Granted);
        var waiting = _host.Request(Ask("b", limit: 1), Private);
        Assert.Equal((0L, 0), (waiting.Granted, waiting.Share));
        Assert.Equal(("a", 0), (_pushed[^1].User, _pushed[^1].Grant.Share));

        // It has used its slot once, and would like to go on.
        Assert.Equal(1, _host.Request(Ask("a", limit: 1, returned: 1), Private).Granted);
        Assert.Equal(("b", 1L, 0), (_pushed[^1].User, _pushed[^1].Grant.Granted, _pushed[^1].Grant.Share));

        _host.Request(Ask("b", limit: 1, returned: 1), Private);
        Assert.Equal(("a", 2L), (_pushed[^1].User, _pushed[^1].Grant.Granted));
    }

    [Fact]
    public void A_refusal_holds_all_users_back()
    {
        _host.Request(Ask("a"), Private);
        _host.Request(Ask("b"), Private);
        _pushed.Clear();

        var pause = _host.BackOff(TimeSpan.FromSeconds(7), answered: 0);

        Assert.Equal(TimeSpan.FromSeconds(7), pause);
        Assert.Equal([("a", pause), ("b", pause)], _pushed.Select(static told => (told.User, told.Grant.StartIn)));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(4), _host.Request(Ask("c"), Private).StartIn);
    }

    [Fact]
    public void Who_is_not_heard_of_loses_its_slots_to_those_who_wait()
    {
        _host.Request(Ask("a", limit: 2), Private);
        Assert.Equal(0, _host.Request(Ask("b", limit: 2, held: 0), Private).Granted);
        _time.Advance(TimeSpan.FromSeconds(20));
        _host.Request(Ask("b", limit: 2), Private);
        Assert.Empty(_host.Expire(TimeSpan.FromSeconds(30)));
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal([("a", 2)], _host.Expire(TimeSpan.FromSeconds(30)));

        Assert.Equal(("b", 2L), (_pushed[^1].User, _pushed[^1].Grant.Granted));
        Assert.False(_host.IsIdle);
    }

    [Fact]
    public void What_users_of_a_lost_host_hold_counts_when_they_say_so()
    {
        var next = NewHost();

        // It gave back four of the six slots it had in all.
        var known = next.Request(Ask("a", returned: 4, held: 2, target: 2, limit: 3), Private);
        var other = next.Request(Ask("b", target: 3, limit: 3), Private);

        Assert.Equal((6L, 1L), (known.Granted, other.Granted));
    }

    [Fact]
    public void Delays_and_pauses_of_a_lost_host_count_when_a_user_says_so()
    {
        var next = NewHost();

        next.Request(Ask("a", returned: 1, target: 1, delay: 2, startIn: 5), Public);

        Assert.Equal(TimeSpan.FromSeconds(7), next.Request(Ask("b", target: 1, delay: 2), Public).StartIn);
    }

    [Fact]
    public void A_user_that_comes_after_its_lease_holds_what_it_holds()
    {
        _host.Request(Ask("a", limit: 2), Private);
        _time.Advance(TimeSpan.FromSeconds(31));
        _host.Expire(TimeSpan.FromSeconds(30));
        Assert.Equal(2, _host.Request(Ask("b", limit: 2), Private).Granted);

        var late = _host.Request(Ask("a", limit: 2, held: 2), Private);

        // Four are out, and there are two: each gives one back.
        Assert.Equal((2L, 1), (late.Granted, late.Share));
        Assert.Equal(("b", 1), (_pushed[^1].User, _pushed[^1].Grant.Share));
    }

    [Fact]
    public void The_next_life_of_a_user_has_nothing_and_the_one_before_gets_nothing()
    {
        var (before, after) = (Guid.CreateVersion7(_time.GetUtcNow()), Guid.CreateVersion7(_time.GetUtcNow().AddSeconds(1)));
        _host.Request(Ask("a", limit: 2) with { Incarnation = before }, Private);

        Assert.Equal(2, _host.Request(Ask("a", limit: 2) with { Incarnation = after }, Private).Granted);
        Assert.Equal(0, _host.Request(Ask("a", limit: 2) with { Incarnation = before }, Private).Granted);
    }

    private HostSchedule NewHost() => new("a.test", _time, (user, grant) => _pushed.Add((user, grant)));

    private static HostRequest Ask(
        string user, long returned = 0, int target = 10, int? limit = null, double? delay = null, int held = 0, double startIn = 0, double latency = 0) =>
        new(
            user,
            Guid.Empty,
            returned,
            target,
            limit,
            delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            null,
            held,
            TimeSpan.FromSeconds(startIn),
            TimeSpan.FromSeconds(latency));
}
