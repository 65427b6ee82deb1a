using System.Collections.Immutable;

namespace OrleansAsync.Tasks.Introspection;

/// <summary>A live task of the cluster at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The id of the task that created it; <see langword="null"/> if a client did, a service of a silo, or nobody owns it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Coroutine">The alias of its coroutine, or the name of the type where it has none.</param>
/// <param name="State">Its state.</param>
/// <param name="Loop">The id of the loop that runs it.</param>
/// <param name="Silo">The address of the silo.</param>
/// <param name="Age">How long its loop has had it.</param>
/// <param name="Attempt">How often it was started before.</param>
/// <param name="Waits">What it waits for; nothing while its code runs, or awaits what the loop does not know of.</param>
[GenerateSerializer, Immutable, Alias(Aliases.ClusterTaskInfo)]
public sealed record ClusterTaskInfo(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Parent,
    [property: Id(2)] string Name,
    [property: Id(3)] string Coroutine,
    [property: Id(4)] ClusterTaskState State,
    [property: Id(5)] string Loop,
    [property: Id(6)] string Silo,
    [property: Id(7)] TimeSpan Age,
    [property: Id(8)] int Attempt,
    [property: Id(9)] ImmutableArray<ClusterTaskWait> Waits);

/// <summary>One wait of a task.</summary>
/// <param name="Kind">By which verb.</param>
/// <param name="Tasks">The ids of tasks it waits for; of many only the first.</param>
/// <param name="Total">How many tasks it waits for.</param>
/// <param name="What">What it waits for where the kind says too little, such as <c>queue 'jobs'</c>.</param>
[GenerateSerializer, Immutable, Alias(Aliases.ClusterTaskWait)]
public sealed record ClusterTaskWait(
    [property: Id(0)] AwaitKind Kind,
    [property: Id(1)] ImmutableArray<string> Tasks,
    [property: Id(2)] int Total,
    [property: Id(3)] string? What = null);
