using System.Text.Json.Serialization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>What <c>loop watch --format json</c> tells besides the counts: who is ready, who waits, which timers run, and what ran last.</summary>
internal sealed record LoopDetails(
    int ReadyCount, IReadOnlyList<ReadyLine> Ready, int WaitingCount, IReadOnlyList<WaitingLine> Waiting, int TimerCount, IReadOnlyList<TimerLine> Timers, IReadOnlyList<TurnLine> Turns)
{
    /// <summary>Makes it.</summary>
    /// <param name="picture">The answer of the loop.</param>
    public static LoopDetails? Of(LoopPicture? picture) => picture is null ? null : new(
        picture.ReadyCount, [.. picture.Ready.Select(task => new ReadyLine(task.Id, task.Name, task.Coroutine, task.IsNew))],
        picture.WaitingCount, [.. picture.Waiting.Select(task => new WaitingLine(task.Id, task.Name, task.Coroutine, WaitLine.Of(task.Waits)))],
        picture.TimerCount, [.. picture.Timers.Select(timer => new TimerLine(timer.Task, timer.Name, timer.Kind, WaitLine.Milliseconds(timer.Left)))],
        [.. picture.Turns.Turns.Select(turn => TurnLine.Of(turn, picture.Info))]);
}

/// <summary>A task of the ready queue.</summary>
internal sealed record ReadyLine(string Id, string Name, string Coroutine, bool IsNew);

/// <summary>A task that waits.</summary>
internal sealed record WaitingLine(string Id, string Name, string Coroutine, IReadOnlyList<WaitLine> Waits);

/// <summary>A sleep or timeout.</summary>
internal sealed record TimerLine(string Task, string Name, AwaitKind Kind, double LeftMs);

/// <summary>What a task waits for.</summary>
internal sealed record WaitLine(AwaitKind Kind, string? What, IReadOnlyList<string> Tasks, int Total)
{
    /// <summary>Gets how much time is left, where time ends it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LeftMs { get; init; }

    /// <summary>Makes them.</summary>
    /// <param name="waits">What a loop says.</param>
    public static IReadOnlyList<WaitLine> Of(IEnumerable<LoopWait> waits) =>
        [.. waits.Select(wait => new WaitLine(wait.Kind, wait.What, wait.Tasks, wait.Total) { LeftMs = wait.Left is { } left ? Milliseconds(left) : null })];

    /// <summary>A time span as JSON has it.</summary>
    /// <param name="time">The time span.</param>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
