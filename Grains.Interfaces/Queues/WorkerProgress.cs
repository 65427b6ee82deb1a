namespace OrleansAsync.Queues;

/// <summary>How far a producer or consumer is.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="Items">How many items it has put, or done, since it came up on its silo.</param>
/// <param name="PerSecond">How many that were per second.</param>
/// <param name="Errors">How many calls of its source or handler failed.</param>
/// <param name="SetAside">How many items were put aside, as their handler failed each time.</param>
/// <param name="LastError">The last error in a line; <see langword="null"/> if there was none.</param>
/// <param name="Silo">The address of the silo where it is.</param>
[GenerateSerializer, Immutable, Alias(QueueAliases.WorkerProgress)]
public sealed record WorkerProgress(
    [property: Id(0)] WorkerState State,
    [property: Id(1)] long Items,
    [property: Id(2)] double PerSecond,
    [property: Id(3)] long Errors,
    [property: Id(4)] long SetAside,
    [property: Id(5)] string? LastError,
    [property: Id(6)] string Silo);
