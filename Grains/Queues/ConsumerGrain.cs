using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Serialization;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>A consumer; see <see cref="WorkerGrain"/>.</summary>
[GrainType(QueueAliases.ConsumerGrain), KeepAlive, Immovable]
internal sealed class ConsumerGrain(
    IClusterLoop loop, IServiceProvider services, ILocalSiloDetails silo, Serializer serializer, TimeProvider time, ILogger<ConsumerGrain> logger)
    : WorkerGrain("consumer", loop, services, silo, serializer, time, logger), IConsumerGrain
{
    public Task<bool> StartAsync(ConsumerSpecification specification) => base.StartAsync(specification);
}
