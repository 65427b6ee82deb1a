using System.Collections.Immutable;
using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>What is to be stored of a primitive at once.</summary>
/// <param name="State">What its core saved; null if that has not changed.</param>
/// <param name="Sessions">What was done for sessions.</param>
/// <param name="Forgotten">Sessions that are remembered no longer.</param>
/// <param name="Others">What a derived grain stores besides, which needs a database.</param>
internal sealed record PrimitiveChanges(
    byte[]? State, ImmutableArray<SessionRow> Sessions, ImmutableArray<string> Forgotten, ImmutableArray<StoreStatement> Others)
{
    public bool IsEmpty => State is null && Sessions.IsEmpty && Forgotten.IsEmpty && Others.IsEmpty;
}
