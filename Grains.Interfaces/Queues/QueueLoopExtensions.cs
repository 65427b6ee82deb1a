using OrleansAsync.Coordination;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>asyncio's queues.</summary>
public static class QueueLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Gives the queue of a name, which all who use that name share.</summary>
        /// <typeparam name="T">The type of the items; it must be serializable.</typeparam>
        /// <param name="name">The name: 1 to 200 characters, no control characters.</param>
        /// <param name="maxSize">How many items it holds before puts wait; zero or less is unlimited.</param>
        /// <param name="options">How it keeps its items.</param>
        /// <returns>The handle. Nothing is sent before it is used.</returns>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>Queue(maxsize)</c>.</para>
        /// <para><b>Cluster:</b> it comes into being at its first use and stays until it is deleted. Who uses one name with other settings is refused.</para>
        /// </remarks>
        public ClusterQueue<T> Queue<T>(string name, int maxSize = 0, QueueOptions? options = null) =>
            new(PrimitiveKey.Format(QueueSettings.KindName, name), Settings(QueueOrder.Fifo, maxSize, options), loop);

        /// <summary>Makes a queue that belongs to the run and goes with it. Its handle may be an argument of coroutines.</summary>
        /// <typeparam name="T">The type of the items; it must be serializable.</typeparam>
        /// <param name="maxSize">How many items it holds before puts wait; zero or less is unlimited.</param>
        /// <param name="options">How it keeps its items; it cannot be durable.</param>
        /// <exception cref="ArgumentException">It would be durable, but nobody could find it again.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>Queue(maxsize)</c>.</para>
        /// <para><b>Cluster:</b> it is deleted when the task that made it ends, or the client that did is closed or gone.</para>
        /// </remarks>
        public ClusterQueue<T> Queue<T>(int maxSize = 0, QueueOptions? options = null) =>
            new(PrimitiveKey.New(QueueSettings.KindName), Unnamed(QueueOrder.Fifo, maxSize, options), loop);

        /// <inheritdoc cref="Queue{T}(IClusterLoop, string, int, QueueOptions)"/>
        /// <remarks><b>asyncio:</b> <c>LifoQueue(maxsize)</c>.</remarks>
        public ClusterLifoQueue<T> LifoQueue<T>(string name, int maxSize = 0, QueueOptions? options = null) =>
            new(PrimitiveKey.Format(QueueSettings.KindName, name), Settings(QueueOrder.Lifo, maxSize, options), loop);

        /// <inheritdoc cref="Queue{T}(IClusterLoop, int, QueueOptions)"/>
        /// <remarks><b>asyncio:</b> <c>LifoQueue(maxsize)</c>.</remarks>
        public ClusterLifoQueue<T> LifoQueue<T>(int maxSize = 0, QueueOptions? options = null) =>
            new(PrimitiveKey.New(QueueSettings.KindName), Unnamed(QueueOrder.Lifo, maxSize, options), loop);

        /// <inheritdoc cref="Queue{T}(IClusterLoop, string, int, QueueOptions)"/>
        /// <typeparam name="T">The type of the items: a number, a tuple whose first element is one, or an <see cref="IPrioritized"/>.</typeparam>
        /// <exception cref="ArgumentException">Items of the type have no priority.</exception>
        /// <remarks><b>asyncio:</b> <c>PriorityQueue(maxsize)</c>. Numbers are compared as <see cref="double"/>.</remarks>
        public ClusterPriorityQueue<T> PriorityQueue<T>(string name, int maxSize = 0, QueueOptions? options = null) =>
            new(PrimitiveKey.Format(QueueSettings.KindName, name), Settings(QueueOrder.Priority, maxSize, options), loop);

        /// <inheritdoc cref="Queue{T}(IClusterLoop, int, QueueOptions)"/>
        /// <typeparam name="T">The type of the items: a number, a tuple whose first element is one, or an <see cref="IPrioritized"/>.</typeparam>
        /// <exception cref="ArgumentException">Items of the type have no priority.</exception>
        /// <remarks><b>asyncio:</b> <c>PriorityQueue(maxsize)</c>. Numbers are compared as <see cref="double"/>.</remarks>
        public ClusterPriorityQueue<T> PriorityQueue<T>(int maxSize = 0, QueueOptions? options = null) =>
            new(PrimitiveKey.New(QueueSettings.KindName), Unnamed(QueueOrder.Priority, maxSize, options), loop);

        /// <summary>Makes a queue of this process, for tasks that run on one loop: nothing is sent, items stay the objects they are.</summary>
        /// <typeparam name="T">The type of the items.</typeparam>
        /// <param name="maxSize">How many items it holds before puts wait; zero or less is unlimited.</param>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>Queue(maxsize)</c>, that very thing. The interface is that of the cluster's queues.</para>
        /// <para><b>Cluster:</b> it cannot be sent to a coroutine, and does not know processes: nothing is ever delivered again.</para>
        /// </remarks>
        public IQueue<T> LocalQueue<T>(int maxSize = 0) => new LocalQueue<T>(QueueOrder.Fifo, Size(maxSize), loop);

        /// <inheritdoc cref="LocalQueue{T}"/>
        /// <remarks><b>asyncio:</b> <c>LifoQueue(maxsize)</c>, that very thing.</remarks>
        public IQueue<T> LocalLifoQueue<T>(int maxSize = 0) => new LocalQueue<T>(QueueOrder.Lifo, Size(maxSize), loop);

        /// <inheritdoc cref="LocalQueue{T}"/>
        /// <typeparam name="T">The type of the items: a number, a tuple whose first element is one, or an <see cref="IPrioritized"/>.</typeparam>
        /// <exception cref="ArgumentException">Items of the type have no priority.</exception>
        /// <remarks><b>asyncio:</b> <c>PriorityQueue(maxsize)</c>. Items of one priority come in the order they were put.</remarks>
        public IQueue<T> LocalPriorityQueue<T>(int maxSize = 0) => new LocalQueue<T>(QueueOrder.Priority, Size(maxSize), loop);
    }

    private static int Size(int maxSize) => Math.Max(maxSize, 0);

    private static QueueSettings Unnamed(QueueOrder order, int maxSize, QueueOptions? options) => options?.Durable != true
        ? Settings(order, maxSize, options)
        : throw new ArgumentException("A durable queue has a name: without one nobody would find its items again.", nameof(options));

    private static QueueSettings Settings(QueueOrder order, int maxSize, QueueOptions? options) => new(order, Size(maxSize), options?.Durable ?? false, options?.Redeliver ?? true);
}
