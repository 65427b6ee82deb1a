namespace OrleansAsync.Coordination;

/// <summary>What was done for a session, stored with the effects.</summary>
/// <param name="Session">The session.</param>
/// <param name="Applied">The last request that was applied; it may wait.</param>
/// <param name="Answers">The answers that it may not have got, serialized.</param>
internal sealed record SessionRow(string Session, long Applied, byte[] Answers);
