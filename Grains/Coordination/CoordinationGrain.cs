using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>A semaphore, a lock with its conditions, an event or a barrier.</summary>
[GrainType(CoordinationAliases.CoordinationGrain), Reentrant, KeepAlive, Immovable]
internal sealed class CoordinationGrain(
    IServiceProvider services, TimeProvider time, Serializer serializer, IOptions<CoordinationOptions> options, ILogger<CoordinationGrain> logger)
    : PrimitiveGrain(services, time, serializer, options, logger), ICoordinationGrain;
