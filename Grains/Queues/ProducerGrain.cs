using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Serialization;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>A producer; see <see cref="WorkerGrain"/>.</summary>
[GrainType(QueueAliases.ProducerGrain), KeepAlive, Immovable]
internal sealed class ProducerGrain(
    IClusterLoop loop, IServiceProvider services, ILocalSiloDetails silo, Serializer serializer, TimeProvider time, ILogger<ProducerGrain> logger)
    : WorkerGrain("producer", loop, services, silo, serializer, time, logger), IProducerGrain
{
    public Task<bool> StartAsync(ProducerSpecification specification) => base.StartAsync(specification);
}
