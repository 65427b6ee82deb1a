using System.Collections.Immutable;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution.Protocol;

/// <summary>Asks a loop what it shows, and keeps the trace of its turns on for a while.</summary>
/// <param name="Lease">For how long from now turns are traced; zero leaves the trace as it is.</param>
/// <param name="After">The last turn that the watcher has got; <see langword="null"/> asks for the newest there are.</param>
/// <param name="MaxTurns">How many turns at most.</param>
/// <param name="MaxTasks">How many tasks of each sort at most; 0 asks for turns alone.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopWatch)]
internal sealed record LoopWatch(
    [property: Id(0)] TimeSpan Lease,
    [property: Id(1)] long? After,
    [property: Id(2)] int MaxTurns,
    [property: Id(3)] int MaxTasks);

/// <summary>A loop at one moment, between two turns.</summary>
/// <param name="Info">How it is doing.</param>
/// <param name="At">The moment, by the clock of its silo.</param>
/// <param name="Ready">The first of the tasks whose turn comes next: those that begin, and those whose wait has ended.</param>
/// <param name="ReadyCount">How many tasks those are.</param>
/// <param name="Waiting">The oldest of the others.</param>
/// <param name="WaitingCount">How many the others are.</param>
/// <param name="Timers">The timers that are due first.</param>
/// <param name="TimerCount">How many timers there are.</param>
/// <param name="Turns">The turns that were asked for.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopPicture)]
internal sealed record LoopPicture(
    [property: Id(0)] ClusterLoopInfo Info,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] ImmutableArray<LoopTask> Ready,
    [property: Id(3)] int ReadyCount,
    [property: Id(4)] ImmutableArray<LoopTask> Waiting,
    [property: Id(5)] int WaitingCount,
    [property: Id(6)] ImmutableArray<LoopTimer> Timers,
    [property: Id(7)] int TimerCount,
    [property: Id(8)] LoopTurnPage Turns);

/// <summary>A task in the picture of its loop.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Coroutine">The alias of its coroutine.</param>
/// <param name="IsNew">Whether its first step has not run.</param>
/// <param name="Waits">What it waits for; nothing if that is what the loop does not know of.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopTask)]
internal sealed record LoopTask(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Coroutine,
    [property: Id(3)] bool IsNew,
    [property: Id(4)] ImmutableArray<LoopWait> Waits);

/// <summary>A sleep or a timeout.</summary>
/// <param name="Task">The id of the task.</param>
/// <param name="Name">The task's name.</param>
/// <param name="Kind">Which of both it is.</param>
/// <param name="Left">When it is due.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopTimer)]
internal sealed record LoopTimer([property: Id(0)] string Task, [property: Id(1)] string Name, [property: Id(2)] AwaitKind Kind, [property: Id(3)] TimeSpan Left);

/// <summary>What a task waits for.</summary>
/// <param name="Kind">By which verb.</param>
/// <param name="What">What it is where the kind says too little.</param>
/// <param name="Tasks">The first of the tasks it waits for.</param>
/// <param name="Total">How many tasks it waits for.</param>
/// <param name="Left">When time alone ends it, how much of it is left.</param>
[GenerateSerializer, Immutable, Alias(Aliases.LoopWait)]
internal sealed record LoopWait(
    [property: Id(0)] AwaitKind Kind,
    [property: Id(1)] string? What,
    [property: Id(2)] ImmutableArray<string> Tasks,
    [property: Id(3)] int Total,
    [property: Id(4)] TimeSpan? Left)
{
    private const int MaxTasks = 5;

    public static LoopWait Of(IAwaited? awaited) => awaited is null
        ? new(AwaitKind.Other, null, [], 0, null)
        : new(awaited.Kind, awaited.What, [.. awaited.Unfinished.Take(MaxTasks).Select(place => place.Id)], awaited.Count, awaited.Left);

    public override string ToString()
    {
        var verb = What ?? (Kind == AwaitKind.Await ? "task" : ClusterCallGraph.Verb(Kind));
        var tasks = Total == 0 ? "" : Total == 1 && Tasks is [var only] ? $" {only}" : FormattableString.Invariant($" of {Total}");
        return $"{verb}{tasks}{(Left is { } left ? $" {ClusterCallGraph.Age(left)}" : "")}";
    }
}
