using System.Collections.Immutable;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>Where a producer gets its items from: a coroutine that is called with 0, 1, 2 … until it returns none.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <remarks>
/// <b>Cluster:</b> the number says which items are meant, so a call that is repeated gives the same ones: a page, a day, a range of keys. It is repeated when it
/// fails, and after a loss of the producer's silo.
/// </remarks>
[GenerateSerializer, Immutable, Alias(QueueAliases.SourceCoroutine)]
public abstract record SourceCoroutine<T> : Coroutine<ImmutableArray<T>>
{
    /// <summary>Gets which call it is, from 0 on.</summary>
    [Id(0)]
    public long Number { get; init; }
}
