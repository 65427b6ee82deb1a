using System.Collections.Immutable;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>What a former activation had done for a session, as it was stored with the effects.</summary>
/// <param name="applied">The last request that was applied; it may wait.</param>
/// <param name="answers">The answers that had not been acknowledged: of those, nothing is done again.</param>
internal sealed class StoredSession(long applied, ImmutableArray<PrimitiveAnswer> answers)
{
    public long Applied => applied;

    public Dictionary<long, PrimitiveAnswer> Answers { get; } = answers.ToDictionary(answer => answer.Number);
}
