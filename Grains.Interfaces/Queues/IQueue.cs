namespace OrleansAsync.Queues;

/// <summary>A queue that any number of producers and consumers share.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> <c>Queue</c>. Who waits, to put or to take, gets on in the order it came. Each call that waits is a cancel point: a cancelled put has
/// happened or not, a cancelled take takes nothing.</para>
/// <para><b>Cluster:</b> what is asked by one process arrives in the order it was asked. An item that was taken belongs to its taker until it is done; if the
/// taker's process is gone, it goes back to where it was in the queue.</para>
/// </remarks>
public interface IQueue<T>
{
    /// <summary>Gets the name; <see langword="null"/> if it has none.</summary>
    string? Name { get; }

    /// <summary>Gets how many items it holds before puts wait; 0 is unlimited.</summary>
    int MaxSize { get; }

    /// <summary>Puts an item, as soon as there is room.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="QueueShutDownException">The queue was shut down.</exception>
    /// <exception cref="QueueLostException">The queue was lost with its silo; the item may be lost, too.</exception>
    /// <exception cref="UnserializableException">The item cannot travel; nothing was sent.</exception>
    /// <remarks><b>asyncio:</b> <c>put</c>.</remarks>
    Task PutAsync(T item, CancellationToken cancellationToken = default);

    /// <summary>Puts many items in their order, each as soon as there is room.</summary>
    /// <param name="items">The items.</param>
    /// <param name="cancellationToken">Gives up what is not in yet.</param>
    /// <exception cref="QueueShutDownException">The queue was shut down before the last was in.</exception>
    /// <exception cref="QueueLostException">The queue was lost with its silo; items may be lost, too.</exception>
    /// <exception cref="UnserializableException">An item cannot travel; nothing was sent.</exception>
    /// <remarks>
    /// <para><b>asyncio:</b> a loop of <c>put</c>, and like it, one that is cancelled or refused has put the first items, none of the others, and none twice.</para>
    /// <para><b>Cluster:</b> many items travel in one message.</para>
    /// </remarks>
    Task PutManyAsync(IEnumerable<T> items, CancellationToken cancellationToken = default);

    /// <summary>Puts an item if there is room now.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait for the answer; the item may be in nevertheless.</param>
    /// <returns>Whether it is in.</returns>
    /// <inheritdoc cref="PutAsync" path="/exception"/>
    Task<bool> TryPutAsync(T item, CancellationToken cancellationToken = default);

    /// <summary>Puts an item if there is room now.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Ends the wait for the answer; the item may be in nevertheless.</param>
    /// <exception cref="QueueFullException">There is no room.</exception>
    /// <inheritdoc cref="PutAsync" path="/exception"/>
    /// <remarks><b>asyncio:</b> <c>put_nowait</c>. <b>Cluster:</b> it waits for the answer of the queue, not for room.</remarks>
    Task PutNowaitAsync(T item, CancellationToken cancellationToken = default);

    /// <summary>Takes an item, as soon as there is one.</summary>
    /// <param name="cancellationToken">Gives it up; an item that was on its way goes back to where it was.</param>
    /// <exception cref="QueueShutDownException">The queue was shut down and is empty.</exception>
    /// <exception cref="QueueLostException">The queue was lost with its silo.</exception>
    /// <remarks><b>asyncio:</b> <c>get</c>.</remarks>
    Task<T> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes what there is, as soon as there is an item.</summary>
    /// <param name="max">How many to take at most; at least 1. One call takes 1,000 at most, and large ones singly.</param>
    /// <param name="cancellationToken">Gives it up; items that were on their way go back to where they were.</param>
    /// <returns>At least one item, in the order of the queue.</returns>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    Task<IReadOnlyList<T>> GetManyAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>Takes an item if there is one now.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Whether there was one, and the item: <c>if (await queue.TryGetAsync() is (true, var item))</c>.</returns>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    Task<(bool Found, T? Item)> TryGetAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes an item if there is one now.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="QueueEmptyException">There is none.</exception>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    /// <remarks><b>asyncio:</b> <c>get_nowait</c>. <b>Cluster:</b> it waits for the answer of the queue, not for an item.</remarks>
    Task<T> GetNowaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes items one after the other until the queue is shut down and empty.</summary>
    /// <param name="prefetch">How many may be taken at once, the others waiting here; at least 1. They travel together, and other consumers do not get them.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The items. Each is done when the next is asked for; the one at hand when the stream is left early, and those taken with it, go back into the queue.</returns>
    /// <exception cref="QueueLostException">The queue was lost with its silo.</exception>
    /// <remarks>
    /// <b>asyncio:</b> <c>while True: item = await q.get(); …; q.task_done()</c> until <c>QueueShutDown</c>. An item that is to be done although the loop is left by
    /// <c>break</c>: call <see cref="TaskDoneAsync"/> before.
    /// </remarks>
    IAsyncEnumerable<T> GetAllAsync(int prefetch = 1, CancellationToken cancellationToken = default);

    /// <summary>Tells that items that were taken are done.</summary>
    /// <param name="count">How many; at least 1.</param>
    /// <exception cref="InvalidOperationException">This process has not taken so many that are not done.</exception>
    /// <exception cref="QueueLostException">The queue was lost with its silo, or this process was taken for gone and an item given to another.</exception>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>task_done</c>; too many are a <c>ValueError</c>. There it may be called before anything was taken.</para>
    /// <para><b>Cluster:</b> done are the oldest that the calling task took, then the oldest of its process.</para>
    /// </remarks>
    Task TaskDoneAsync(int count = 1);

    /// <summary>Waits until every item that was put is done.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="QueueLostException">The queue was lost with its silo.</exception>
    /// <remarks><b>asyncio:</b> <c>join</c>.</remarks>
    Task JoinAsync(CancellationToken cancellationToken = default);

    /// <summary>Lets nothing be put any more, and ends the waits of who puts.</summary>
    /// <param name="immediate">Whether what is in the queue is dropped and counts as done, rather than being taken first.</param>
    /// <param name="cancellationToken">Ends the wait for the answer; the queue may be shut down nevertheless.</param>
    /// <exception cref="QueueLostException">The queue was lost with its silo.</exception>
    /// <remarks><b>asyncio:</b> <c>shutdown</c>, of 3.13.</remarks>
    Task ShutdownAsync(bool immediate = false, CancellationToken cancellationToken = default);

    /// <summary>Counts the items that wait to be taken; old when it arrives.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <exception cref="QueueLostException">The queue was lost with its silo.</exception>
    /// <remarks><b>asyncio:</b> <c>qsize</c>, <c>empty</c>, <c>full</c>.</remarks>
    Task<int> CountAsync(CancellationToken cancellationToken = default);
}
