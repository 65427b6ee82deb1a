using Orleans.Concurrency;

namespace OrleansAsync.Queues;

/// <summary>Takes items from a queue and calls a handler for each. Its key is its name; the cluster spreads them over its silos.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the consumer task of the textbook. Its code is a coroutine; each call of it is a task, on any loop of the cluster.</para>
/// <para><b>Cluster:</b> an item is done when its handler has returned. If the silo is lost before, the item goes back into the queue, for any consumer. A handler that fails is called again, and then the item is put aside. On a queue in memory it ends with its silo and is to be started again. On a durable queue its specification is stored, and a reminder brings it
/// back within about a minute of the loss of its silo, if the cluster has a reminder service.</para>
/// </remarks>
[Alias(QueueAliases.ConsumerGrain), GrainInterfaceType(QueueAliases.ConsumerGrain)]
public interface IConsumerGrain : IGrainWithStringKey
{
    /// <summary>Starts it. One that is running goes on as it is.</summary>
    /// <param name="specification">What it does: a <see cref="ConsumerSpecification{T}"/>.</param>
    /// <returns>Whether it was started: <see langword="false"/> if it was running.</returns>
    /// <exception cref="ArgumentException">A number of the specification makes no sense.</exception>
    [Alias("Start")]
    Task<bool> StartAsync(ConsumerSpecification specification);

    /// <summary>Lets it finish the item at hand and stop.</summary>
    /// <returns>Whether it has stopped; <see langword="false"/> if the item at hand takes long: it stops after it, and the call may be repeated to wait for that.</returns>
    [Alias("Stop"), AlwaysInterleave]
    Task<bool> StopAsync();

    /// <summary>Tells how far it is.</summary>
    [Alias("GetProgress"), AlwaysInterleave]
    Task<WorkerProgress> GetProgressAsync();
}
