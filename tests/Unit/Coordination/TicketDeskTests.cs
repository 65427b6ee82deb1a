using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Coordination.RateLimiting;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Messages to a bucket that come twice, late or no more.</summary>
public sealed class TicketDeskTests
{
    private static readonly RateLimit TwoAMinute = new() { Permits = 2, Period = TimeSpan.FromMinutes(1) };

    private readonly FakeTimeProvider _time = new();
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    [Fact]
    public async Task A_repeated_message_takes_nothing_twice()
    {
        using var desk = new TicketDesk(_time, null);
        var (first, second) = (Ask(), Ask());
        for (var i = 0; i < 3; i++) Assert.Equal(RateLimitAnswer.Granted, (await desk.AcquireAsync(first)).Answer);
        for (var i = 0; i < 3; i++) Assert.Equal(RateLimitAnswer.Granted, (await desk.AcquireAsync(second)).Answer);
        var third = Ask();
        for (var i = 0; i < 3; i++) Assert.Equal(RateLimitAnswer.Refused, (await desk.AcquireAsync(third)).Answer);
    }

    [Fact]
    public async Task One_who_waits_is_answered_in_slices_and_keeps_its_place()
    {
        using var desk = new TicketDesk(_time, TimeSpan.Zero);
        var (first, second) = (Ask(waits: true), Ask(waits: true));
        for (var i = 0; i < 4; i++)
        {
            var (one, two) = (await StartAsync(desk, first), await StartAsync(desk, second));
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal((RateLimitAnswer.Waiting, RateLimitAnswer.Waiting), ((await one.Soon()).Answer, (await two.Soon()).Answer));
        }
        _time.Advance(TimeSpan.FromSeconds(7));
        // The second asks first now, and it does not help.
        var (late, early) = (await StartAsync(desk, second), await StartAsync(desk, first));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(RateLimitAnswer.Granted, (await early.Soon()).Answer);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RateLimitAnswer.Waiting, (await late.Soon()).Answer);
    }

    [Fact]
    public async Task One_that_was_lost_begins_empty()
    {
        using var desk = new TicketDesk(_time, TimeSpan.Zero);
        Assert.Equal(RateLimitAnswer.Refused, (await desk.AcquireAsync(Ask())).Answer);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(RateLimitAnswer.Granted, (await desk.AcquireAsync(Ask())).Answer);
        Assert.Equal(RateLimitAnswer.Refused, (await desk.AcquireAsync(Ask())).Answer);
    }

    [Fact]
    public async Task One_who_leaves_gives_back_and_one_who_has_left_before_it_came_gets_nothing()
    {
        using var desk = new TicketDesk(_time, null);
        var (first, second) = (Ask() with { Permits = 2 }, Ask(waits: true));
        desk.Leave(second.Ticket);
        Assert.Equal(RateLimitAnswer.Refused, (await desk.AcquireAsync(second)).Answer);
        Assert.Equal(RateLimitAnswer.Granted, (await desk.AcquireAsync(first)).Answer);
        desk.Leave(first.Ticket);
        desk.Leave(first.Ticket);
        // Given back once, not twice.
        Assert.Equal(RateLimitAnswer.Granted, (await desk.AcquireAsync(Ask() with { Permits = 2 })).Answer);
        Assert.Equal(RateLimitAnswer.Refused, (await desk.AcquireAsync(Ask())).Answer);
    }

    [Fact]
    public async Task One_who_vanishes_loses_its_turn()
    {
        using var desk = new TicketDesk(_time, TimeSpan.Zero);
        var vanishing = await StartAsync(desk, Ask(waits: true) with { Permits = 2 });
        var staying = Ask(waits: true);
        for (var i = 0; i < 6; i++)
        {
            var call = await StartAsync(desk, staying);
            _time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal((RateLimitAnswer.Waiting, RateLimitAnswer.Waiting), ((await call.Soon()).Answer, (await vanishing.Soon()).Answer));
        }
        // After 30 seconds there is one permit, for which the other would have gone on to wait.
        Assert.Equal(RateLimitAnswer.Granted, (await (await StartAsync(desk, staying)).Soon()).Answer);
    }

    [Fact]
    public async Task Another_limit_is_refused_and_told()
    {
        using var desk = new TicketDesk(_time, null);
        await desk.AcquireAsync(Ask());
        var reply = await desk.AcquireAsync(Ask() with { Limit = TwoAMinute with { Burst = 7 } });
        Assert.Equal((RateLimitAnswer.OtherLimit, TwoAMinute), (reply.Answer, reply.Limit));
    }

    [Fact]
    public async Task Tickets_are_forgotten_when_no_copy_of_their_messages_can_come()
    {
        using var desk = new TicketDesk(_time, null);
        for (var i = 0; i < 100; i++)
        {
            await desk.AcquireAsync(Ask());
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(desk.TicketCount, 15, 25);
    }

    /// <summary>Makes a call in a turn, and returns when it waits.</summary>
    private Task<Task<RateLimitReply>> StartAsync(TicketDesk desk, RateLimitRequest request) =>
        Task.Factory.StartNew(() => desk.AcquireAsync(request), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns);

    private static RateLimitRequest Ask(bool waits = false) => new(Guid.NewGuid(), 1, waits, TwoAMinute);
}
