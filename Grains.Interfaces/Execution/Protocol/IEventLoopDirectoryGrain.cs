using System.Collections.Immutable;

namespace OrleansAsync.Execution.Protocol;

/// <summary>Tells which event loops the cluster has now.</summary>
[Alias(Aliases.EventLoopDirectory), GrainInterfaceType(Aliases.EventLoopDirectory)]
internal interface IEventLoopDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Gets the keys of the loops of all active silos.</summary>
    [Alias("GetLoops"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> GetLoopsAsync();
}
