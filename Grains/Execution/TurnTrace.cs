using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>The last turns of a loop, while somebody watches. What is not read in time is overwritten, and counted.</summary>
/// <param name="before">How many turns were numbered before.</param>
/// <param name="capacity">How many are kept.</param>
internal sealed class TurnTrace(long before, int capacity = TurnTrace.DefaultCapacity)
{
    public const int DefaultCapacity = 4096;

    private readonly LoopTurn[] _ring = new LoopTurn[capacity];
    private readonly long _before = before;
    private DateTimeOffset _lastBegan;

    /// <summary>The number of the last turn.</summary>
    public long Last { get; private set; } = before;

    /// <summary>Adds the turn that has just ended.</summary>
    public void Add(Func<long, LoopTurn> describe)
    {
        var turn = describe(++Last);
        // Began is reckoned back from the end, by another clock: it must not come before an earlier turn's.
        if (turn.At < _lastBegan) turn = turn with { At = _lastBegan };
        _lastBegan = turn.At;
        _ring[Last % capacity] = turn;
    }

    /// <summary>Reads turns.</summary>
    /// <param name="after">The last that the reader has; null for the newest.</param>
    /// <param name="max">How many.</param>
    /// <param name="untraced">How many tasks are not traced.</param>
    public LoopTurnPage Read(long? after, int max, int untraced)
    {
        var oldest = Math.Max(_before, Last - capacity);
        var wanted = Math.Max(after ?? Math.Max(oldest, Last - max), _before);
        // A number from elsewhere is of no turn to come.
        var from = Math.Min(Math.Max(wanted, oldest), Last);
        var count = (int)Math.Min(Math.Max(max, 0), Last - from);
        return new(
            [.. Enumerable.Range(1, count).Select(at => _ring[(from + at) % capacity])], from + count, from + count < Last, Math.Max(0, from - wanted), _before, untraced);
    }
}
