using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tests.Unit.Execution;

public sealed class TurnTraceTests
{
    [Fact]
    public void Turns_are_read_in_their_order_from_the_last_that_was_read()
    {
        var trace = Trace(before: 10, capacity: 8, turns: 5);
        var first = trace.Read(10, 3, untraced: 2);
        Assert.Equal([11, 12, 13], first.Turns.Select(turn => turn.Number));
        Assert.Equal((13, true, 0, 10, 2), (first.Last, first.HasMore, first.Overwritten, first.Before, first.Untraced));
        var second = trace.Read(first.Last, 3, 0);
        Assert.Equal([14, 15], second.Turns.Select(turn => turn.Number));
        Assert.False(second.HasMore);
        Assert.Empty(trace.Read(second.Last, 3, 0).Turns);
    }

    [Fact]
    public void What_is_overwritten_before_it_was_read_is_counted()
    {
        var trace = Trace(before: 0, capacity: 8, turns: 20);
        var page = trace.Read(5, 100, 0);
        Assert.Equal(Enumerable.Range(13, 8).Select(number => (long)number), page.Turns.Select(turn => turn.Number));
        // 6 to 12.
        Assert.Equal((7, 20, false), (page.Overwritten, page.Last, page.HasMore));
    }

    [Fact]
    public void A_reader_of_an_earlier_trace_gets_this_one_from_its_beginning()
    {
        var page = Trace(before: 10, capacity: 8, turns: 2).Read(3, 100, 0);
        Assert.Equal([11, 12], page.Turns.Select(turn => turn.Number));
        Assert.Equal((0, 10), (page.Overwritten, page.Before));
    }

    [Fact]
    public void Who_has_read_none_gets_the_newest()
    {
        var trace = Trace(before: 0, capacity: 8, turns: 20);
        Assert.Equal([19, 20], trace.Read(null, 2, 0).Turns.Select(turn => turn.Number));
        var none = trace.Read(null, 0, 0);
        Assert.Equal((0, 20, 0), (none.Turns.Length, none.Last, none.Overwritten));
        // A number that there never was.
        Assert.Equal((0, 20), (trace.Read(99, 5, 0).Turns.Length, trace.Read(99, 5, 0).Last));
    }

    [Fact]
    public void No_turn_begins_before_the_one_before_it()
    {
        var trace = new TurnTrace(0, 8);
        var start = DateTimeOffset.UnixEpoch;
        foreach (var seconds in (int[])[5, 3, 7]) trace.Add(number => Turn(number, start.AddSeconds(seconds)));
        Assert.Equal([5, 5, 7], trace.Read(0, 8, 0).Turns.Select(turn => (turn.At - start).TotalSeconds));
    }

    private static TurnTrace Trace(long before, int capacity, int turns)
    {
        var trace = new TurnTrace(before, capacity);
        for (var i = 0; i < turns; i++) trace.Add(number => Turn(number, DateTimeOffset.UnixEpoch));
        return trace;
    }

    private static LoopTurn Turn(long number, DateTimeOffset at) => new(number, at, TimeSpan.Zero, "c1.1", "Task-1", "oa.test", LoopTurnEnd.Done, []);
}
