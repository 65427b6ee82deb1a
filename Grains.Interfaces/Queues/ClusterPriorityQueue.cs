using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>A queue of the cluster whose item with the smallest priority is taken first.</summary>
/// <typeparam name="T">The type of the items; it must be serializable.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> <c>PriorityQueue</c>. Items of one priority come in the order they were put; there the data of a tuple decides.</para>
/// <para><b>Cluster:</b> the queue is a grain; a handle may be an argument of a coroutine. Its items are in the memory of one silo unless it is
/// <see cref="QueueOptions.Durable"/>: then they survive the loss of all silos and are delivered at least once. A process that takes items and is not heard of for a
/// lease time gives them back.</para>
/// </remarks>
[GenerateSerializer, Alias(QueueAliases.PriorityHandle)]
public sealed class ClusterPriorityQueue<T> : QueueHandle<T>
{
    internal ClusterPriorityQueue(string key, QueueSettings settings, IClusterLoop loop) : base(key, settings, loop) => BelongToRun();
}
