namespace OrleansAsync.Tasks.Introspection;

/// <summary>An event loop of the cluster at one moment.</summary>
/// <param name="Loop">Its id.</param>
/// <param name="Silo">The address of its silo.</param>
/// <param name="Live">How many live tasks it has.</param>
/// <param name="Pending">How many of them it has not come to.</param>
/// <param name="Admitted">How many tasks it has taken since it began.</param>
/// <param name="Lag">How long new work has to wait for its turn; asyncio's debug mode speaks of slow callbacks.</param>
/// <param name="IsLeaving">Whether its silo shuts down.</param>
[GenerateSerializer, Immutable, Alias(Aliases.ClusterLoopInfo)]
public sealed record ClusterLoopInfo(
    [property: Id(0)] string Loop,
    [property: Id(1)] string Silo,
    [property: Id(2)] int Live,
    [property: Id(3)] int Pending,
    [property: Id(4)] long Admitted,
    [property: Id(5)] TimeSpan Lag,
    [property: Id(6)] bool IsLeaving);
