using System.Collections.Immutable;

namespace OrleansAsync.Coordination.Protocol;

/// <summary>What a session asks, in order.</summary>
/// <param name="Session">The session: one of a process, with one primitive.</param>
/// <param name="Epoch">The activation that the session belongs to; 0 if it has none yet.</param>
/// <param name="First">The number of the first operation; the following ones count on.</param>
/// <param name="Operations">The operations. Those that were applied before do nothing.</param>
/// <param name="Acknowledged">All answers up to this one have arrived.</param>
/// <param name="Settings">What the primitive is, while the session is not known there; else null.</param>
/// <param name="Restored">What the session had at a former activation, while the current one does not know it; else null.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveBatch)]
internal sealed record PrimitiveBatch(
    [property: Id(0)] string Session,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long First,
    [property: Id(3)] ImmutableArray<PrimitiveOperation> Operations,
    [property: Id(4)] long Acknowledged,
    [property: Id(5)] PrimitiveSettings? Settings,
    [property: Id(6)] ImmutableArray<RestoredCall>? Restored);

/// <summary>One thing asked.</summary>
/// <param name="Verb">What: a verb of the primitive's core, or <see cref="Withdraw"/>.</param>
/// <param name="Argument">A number that belongs to it.</param>
/// <param name="Target">The number of another request of the session that it refers to; 0 for none.</param>
/// <param name="Asker">Who asks, for people.</param>
/// <param name="Items">Items that belong to it.</param>
/// <param name="Part">Which of several things of the primitive it is about.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveOperation)]
internal readonly record struct PrimitiveOperation(
    [property: Id(0)] int Verb,
    [property: Id(1)] long Argument = 0,
    [property: Id(2)] long Target = 0,
    [property: Id(3)] string? Asker = null,
    [property: Id(4)] ImmutableArray<byte[]>? Items = null,
    [property: Id(5)] string? Part = null)
{
    /// <summary>The verb that gives up, or gives back, what the target asked for. It has no answer.</summary>
    public const int Withdraw = -1;
}

/// <summary>A request of a session that was lost with its activation: waiting still, or holding.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Operation">What was asked.</param>
/// <param name="Arrival">Its place among all requests; 0 if it is not known to have arrived.</param>
/// <param name="Answer">What was answered, and is held; null if it waits.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.RestoredCall)]
internal readonly record struct RestoredCall(
    [property: Id(0)] long Number,
    [property: Id(1)] PrimitiveOperation Operation,
    [property: Id(2)] long Arrival,
    [property: Id(3)] PrimitiveAnswer? Answer);
