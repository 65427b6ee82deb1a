using System.Globalization;
using System.Text.Json.Serialization;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>A task as <c>ps</c> and <c>pstree</c> show it.</summary>
internal sealed record TaskLine(string Id, string? Parent, string Name, string Coroutine, ClusterTaskState State, string Loop, string Silo, double AgeMs, int Attempt)
{
    /// <summary>Gets how deep in the tree it is; only in a tree.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Depth { get; init; }

    /// <summary>Gets what it waits for; only in a tree.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ClusterTaskWait>? Waits { get; init; }

    /// <summary>Gets the heading of the text form.</summary>
    public static string Header => Columns("ID", "STATE", "AGE", "LOOP", "COROUTINE", "NAME");

    /// <summary>Makes it.</summary>
    /// <param name="task">The task.</param>
    public static TaskLine Of(ClusterTaskInfo task) =>
        new(task.Id, task.Parent, task.Name, task.Coroutine, task.State, task.Loop, task.Silo, Math.Round(task.Age.TotalMilliseconds, 1), task.Attempt);

    /// <inheritdoc/>
    public override string ToString() => Columns(
        Id, State.ToString().ToLowerInvariant(), ClusterCallGraph.Age(TimeSpan.FromMilliseconds(AgeMs)), ClusterCallGraph.ShortLoop(Loop, Silo), Coroutine,
        Attempt == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name} (attempt {Attempt})"));

    private static string Columns(string id, string state, string age, string loop, string coroutine, string name) =>
        $"{id,-24} {state,-10} {age,12} {loop,-20} {coroutine,-28} {name}";
}
