using System.Collections.Immutable;

namespace OrleansAsync.Coordination.Protocol;

/// <summary>Knows which primitives with a name there are.</summary>
[Alias(CoordinationAliases.PrimitiveDirectory), GrainInterfaceType(CoordinationAliases.PrimitiveDirectory)]
internal interface IPrimitiveDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>Lists names, in order.</summary>
    /// <param name="kind">The kind of the key; see <see cref="PrimitiveKey"/>.</param>
    /// <param name="after">The last name of the page before; empty for the first page.</param>
    /// <param name="max">How many at most.</param>
    [Alias("List"), ResponseTimeout("00:00:10")]
    Task<ImmutableArray<string>> ListAsync(string kind, string after, int max);
}
