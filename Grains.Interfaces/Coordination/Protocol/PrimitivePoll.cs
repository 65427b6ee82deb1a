namespace OrleansAsync.Coordination.Protocol;

/// <summary>Waits for answers to a session's requests.</summary>
/// <param name="Session">The session.</param>
/// <param name="Epoch">The activation it belongs to.</param>
/// <param name="Acknowledged">All answers up to this one have arrived.</param>
/// <param name="Repeats">Whether a reply may have been lost, so that answers are to be sent again.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitivePoll)]
internal sealed record PrimitivePoll([property: Id(0)] string Session, [property: Id(1)] long Epoch, [property: Id(2)] long Acknowledged, [property: Id(3)] bool Repeats);
