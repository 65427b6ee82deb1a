namespace OrleansAsync.Queues;

/// <summary>How a queue of the cluster keeps its items. All who use a name give the same options.</summary>
public sealed record QueueOptions
{
    /// <summary>
    /// Gets whether the items are in the cluster's store before a put returns, and stay there until they are done. Default: <see langword="false"/>, they are in the
    /// memory of one silo. A durable queue has a name, and its cluster a store.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>
    /// Gets whether an item that was taken and is not done goes back into the queue when the process that took it is gone. Default: <see langword="true"/>. With
    /// <see langword="false"/> the queue forgets an item once its taker has it, which suits programs that never call <c>TaskDoneAsync</c>; only
    /// <see cref="IQueue{T}.GetAllAsync"/>, which does so itself, still gives back what it has not done.
    /// </summary>
    public bool Redeliver { get; init; } = true;
}
