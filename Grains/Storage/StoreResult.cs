using System.Collections.Immutable;

namespace OrleansAsync.Storage;

/// <summary>What became of a unit that did not fail.</summary>
/// <param name="Applied">Whether its guard held; <see langword="true"/> where it has none.</param>
/// <param name="Affected">Rows affected by each of its statements, the guard not counted; empty when it was not applied.</param>
internal readonly record struct StoreResult(bool Applied, ImmutableArray<int> Affected)
{
    /// <summary>The result of a unit whose guard did not hold.</summary>
    public static readonly StoreResult Refused = new(false, []);
}
