using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>What a consumer does with an item: a coroutine that is called once for each.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <remarks><b>Cluster:</b> an item may come again: when the call fails, and when the consumer's silo is lost before the item is done.</remarks>
[GenerateSerializer, Immutable, Alias(QueueAliases.ItemCoroutine)]
public abstract record ItemCoroutine<T> : Coroutine
{
    /// <summary>Gets the item.</summary>
    [Id(0)]
    public T Item { get; init; } = default!;
}
