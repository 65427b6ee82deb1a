using System.Collections.Immutable;

namespace OrleansAsync.Coordination.Protocol;

/// <summary>A primitive as people look at it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Silo">The address of the silo where it is.</param>
/// <param name="Figures">Its numbers: permits, depth.</param>
/// <param name="Holders">Who holds something, the oldest first; at most a hundred.</param>
/// <param name="Waiters">Who waits, in order; at most a hundred.</param>
/// <param name="HolderCount">How many hold something.</param>
/// <param name="WaiterCount">How many wait.</param>
/// <param name="IsRecovering">Whether it waits for those who had it before its silo was lost.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveInfo)]
internal sealed record PrimitiveInfo(
    [property: Id(0)] string Name,
    [property: Id(1)] string Kind,
    [property: Id(2)] string Silo,
    [property: Id(3)] ImmutableArray<KeyValuePair<string, long>> Figures,
    [property: Id(4)] ImmutableArray<PrimitiveParty> Holders,
    [property: Id(5)] ImmutableArray<PrimitiveParty> Waiters,
    [property: Id(6)] int HolderCount,
    [property: Id(7)] int WaiterCount,
    [property: Id(8)] bool IsRecovering);

/// <summary>Who holds something or waits for it.</summary>
/// <param name="Asker">The task or process.</param>
/// <param name="Value">The slot it holds.</param>
/// <param name="Fence">Its fencing number; 0 while it waits.</param>
/// <param name="Age">For how long.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveParty)]
internal sealed record PrimitiveParty([property: Id(0)] string Asker, [property: Id(1)] long Value, [property: Id(2)] long Fence, [property: Id(3)] TimeSpan Age);
