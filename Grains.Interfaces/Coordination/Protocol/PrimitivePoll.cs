namespace OrleansAsync.Coordination.Protocol;

/// <summary>Waits for answers to a session's requests.</summary>
/// <param name="Session">The session.</param>
/// <param name="Epoch">The activation it belongs to.</param>
/// <param name="Acknowledged">All answers up to this one have arrived.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitivePoll)]
internal sealed record PrimitivePoll([property: Id(0)] string Session, [property: Id(1)] long Epoch, [property: Id(2)] long Acknowledged);
