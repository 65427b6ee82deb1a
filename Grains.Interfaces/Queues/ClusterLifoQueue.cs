using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>A queue of the cluster whose last item is taken first.</summary>
/// <typeparam name="T">The type of the items; it must be serializable.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> <c>LifoQueue</c>. The same rules, over all processes.</para>
/// <para><b>Cluster:</b> the queue is a grain; a handle may be an argument of a coroutine. Its items are in the memory of one silo unless it is
/// <see cref="QueueOptions.Durable"/>: then they survive the loss of all silos and are delivered at least once. A process that takes items and is not heard of for a
/// lease time gives them back.</para>
/// </remarks>
[GenerateSerializer, Alias(QueueAliases.LifoHandle)]
public sealed class ClusterLifoQueue<T> : QueueHandle<T>
{
    internal ClusterLifoQueue(string key, QueueSettings settings, IClusterLoop loop) : base(key, settings, loop) => BelongToRun();
}
