using System.Collections.Immutable;

namespace OrleansAsync.Execution.Protocol;

/// <summary>Tells which event loops the cluster has now.</summary>
[Alias(Aliases.EventLoopDirectory), GrainInterfaceType(Aliases.EventLoopDirectory)]
internal interface IEventLoopDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Gets the loops of all active silos.</summary>
    /// <param name="known">Loops that the caller has tasks on.</param>
    [Alias("GetLoops"), ResponseTimeout("00:00:05")]
    Task<EventLoopSet> GetLoopsAsync(ImmutableArray<string> known);
}

/// <summary>The event loops of a cluster.</summary>
/// <param name="Active">The keys of the loops of all active silos.</param>
/// <param name="Lost">
/// Those of the known loops whose silo is declared dead. A loop in neither is not lost: the silo that answered may not have heard of its silo yet.
/// </param>
[GenerateSerializer, Immutable, Alias(Aliases.EventLoopSet)]
internal sealed record EventLoopSet([property: Id(0)] ImmutableArray<string> Active, [property: Id(1)] ImmutableArray<string> Lost);
