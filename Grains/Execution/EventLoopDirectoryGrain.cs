using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>Answers from the silo's own view of the membership, so any silo's activation will do.</summary>
[GrainType(Aliases.EventLoopDirectory), StatelessWorker(1), Reentrant]
internal sealed class EventLoopDirectoryGrain(IClusterMembershipService membership, IOptions<EventLoopOptions> options) : Grain, IEventLoopDirectoryGrain
{
    public Task<EventLoopSet> GetLoopsAsync(ImmutableArray<string> known)
    {
        var silos = membership.CurrentSnapshot;
        var active = silos.Members.Values.Where(silo => silo.Status == SiloStatus.Active).Select(silo => silo.SiloAddress).Order();
        return Task.FromResult(new EventLoopSet(
            [.. active.SelectMany(silo => Enumerable.Range(0, options.Value.LoopsPerSilo).Select(index => EventLoopKey.Format(silo, index)))],
            [.. known.Where(key => silos.GetSiloStatus(EventLoopKey.ParseSilo(key)) == SiloStatus.Dead)]));
    }
}
