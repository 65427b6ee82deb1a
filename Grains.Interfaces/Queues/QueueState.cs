using OrleansAsync.Coordination;

namespace OrleansAsync.Queues;

/// <summary>What is stored of a durable queue besides its items.</summary>
/// <param name="IsShutDown">Whether it was shut down.</param>
/// <param name="IsEnded">Whether it was shut down at once.</param>
/// <param name="Kept">How many items are their takers' and not done.</param>
[GenerateSerializer, Immutable, Alias(QueueAliases.State)]
internal sealed record QueueState([property: Id(0)] bool IsShutDown, [property: Id(1)] bool IsEnded, [property: Id(2)] long Kept) : PrimitiveState;
