using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>Answers from the silo's own view of the membership, so any silo's activation will do.</summary>
[GrainType(Aliases.EventLoopDirectory), StatelessWorker(1), Reentrant]
internal sealed class EventLoopDirectoryGrain(ISiloStatusOracle silos, IOptions<EventLoopOptions> options) : Grain, IEventLoopDirectoryGrain
{
    public Task<ImmutableArray<string>> GetLoopsAsync() => Task.FromResult(
        silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()
            .SelectMany(silo => Enumerable.Range(0, options.Value.LoopsPerSilo).Select(index => EventLoopKey.Format(silo, index)))
            .ToImmutableArray());
}
