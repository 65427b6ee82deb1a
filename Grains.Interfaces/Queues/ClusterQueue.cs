using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>A queue of the cluster: the item that was put first is taken first.</summary>
/// <typeparam name="T">The type of the items; it must be serializable.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> <c>Queue</c>. The same rules, over all processes.</para>
/// <para><b>Cluster:</b> the queue is a grain; a handle may be an argument of a coroutine. Its items are in the memory of one silo unless it is
/// <see cref="QueueOptions.Durable"/>: then they survive the loss of all silos and are delivered at least once. A process that takes items and is not heard of for a
/// lease time gives them back.</para>
/// </remarks>
[GenerateSerializer, Alias(QueueAliases.FifoHandle)]
public sealed class ClusterQueue<T> : QueueHandle<T>
{
    internal ClusterQueue(string key, QueueSettings settings, IClusterLoop loop) : base(key, settings, loop) => BelongToRun();
}
