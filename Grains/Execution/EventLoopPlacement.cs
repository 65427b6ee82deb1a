using Orleans.Placement;
using Orleans.Runtime.Placement;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>Places a loop on the silo its key names.</summary>
/// <remarks>
/// The key says all that a grain directory would, so none is used: a lost silo takes no loop of another silo with it, as the directory's
/// entries would (dotnet/orleans #9074).
/// </remarks>
[GenerateSerializer, Immutable, Alias("oa.event-loop-placement")]
internal sealed class EventLoopPlacement : PlacementStrategy
{
    public override bool IsUsingGrainDirectory => false;
}

/// <summary>Chooses <see cref="EventLoopPlacement"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class EventLoopPlacementAttribute() : PlacementAttribute(new EventLoopPlacement());

/// <inheritdoc cref="EventLoopPlacement"/>
internal sealed class EventLoopPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = EventLoopKey.ParseSilo(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new SiloUnavailableException($"Event loop {target.GrainIdentity.Key} is gone with its silo.");
    }
}
