using System.Collections.Immutable;

namespace OrleansAsync.Storage;

/// <summary>Statements that are applied all or none.</summary>
/// <param name="Statements">The statements, in order.</param>
internal sealed record StoreUnit(params ImmutableArray<StoreStatement> Statements)
{
    /// <summary>
    /// Gets a statement that runs first and must affect at least one row, else nothing of the unit is applied: an INSERT, UPDATE or DELETE without
    /// RETURNING. <see langword="null"/> when the unit has no condition.
    /// </summary>
    public StoreStatement? Guard { get; init; }
}
