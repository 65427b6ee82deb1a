using System.Collections.Immutable;

namespace OrleansAsync.Execution.Protocol;

/// <summary>A turn of a task: its code from one await to the next, alone on its loop.</summary>
/// <param name="Number">Counts the traced turns of the loop, in the order in which they ran.</param>
/// <param name="At">When it began, by the clock of the silo.</param>
/// <param name="Elapsed">How long it ran.</param>
/// <param name="Task">The id of the task.</param>
/// <param name="Name">The task's name.</param>
/// <param name="Coroutine">The alias of its coroutine.</param>
/// <param name="End">How it ended.</param>
/// <param name="Awaits">What the task awaited then; nothing if that is what the loop does not know of.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopTurn)]
internal sealed record LoopTurn(
    [property: Id(0)] long Number,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] TimeSpan Elapsed,
    [property: Id(3)] string Task,
    [property: Id(4)] string Name,
    [property: Id(5)] string Coroutine,
    [property: Id(6)] LoopTurnEnd End,
    [property: Id(7)] ImmutableArray<LoopWait> Awaits)
{
    /// <summary>How it ended, in words.</summary>
    public string Describe() => End switch
    {
        LoopTurnEnd.Awaits => $"awaits {Waits}",
        LoopTurnEnd.AwaitsStill => $"still awaits {Waits}",
        LoopTurnEnd.Interrupted => "is interrupted by a task that runs within this turn",
        LoopTurnEnd.Canceled => "cancelled",
        _ => End.ToString().ToLowerInvariant(),
    };

    private string Waits => Awaits.IsEmpty ? "what the loop does not know of" : string.Join(" and ", Awaits);
}

/// <summary>How a turn ended.</summary>
[GenerateSerializer, Alias(Aliases.LoopTurnEnd)]
internal enum LoopTurnEnd
{
    /// <summary>The task awaits something.</summary>
    Awaits,

    /// <summary>The task awaits what it awaited before: only the verb it waits by has had something to do.</summary>
    AwaitsStill,

    /// <summary>Another task, which is eager, or is woken in place, runs within the turn. The rest is a turn of its own.</summary>
    Interrupted,

    /// <summary>The task has returned.</summary>
    Done,

    /// <summary>The task has thrown.</summary>
    Failed,

    /// <summary>The task has ended by a cancellation.</summary>
    Canceled,
}

/// <summary>Some turns of a trace.</summary>
/// <param name="Turns">The turns, in their order.</param>
/// <param name="Last">The turn to ask after next.</param>
/// <param name="HasMore">Whether there are more by now.</param>
/// <param name="Overwritten">How many there were after the one asked for that are kept no longer.</param>
/// <param name="Before">How many turns were numbered before this trace began: who has asked after an earlier one has missed the time between.</param>
/// <param name="Untraced">How many running tasks are not traced, as they began before the trace did.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopTurnPage)]
internal sealed record LoopTurnPage(
    [property: Id(0)] ImmutableArray<LoopTurn> Turns,
    [property: Id(1)] long Last,
    [property: Id(2)] bool HasMore,
    [property: Id(3)] long Overwritten,
    [property: Id(4)] long Before,
    [property: Id(5)] int Untraced);
