namespace OrleansAsync.Coordination.Protocol;

/// <summary>What a primitive's grain is asked. All messages may be repeated, and none waits for another's effect but a poll, for a bounded time.</summary>
[Alias(CoordinationAliases.PrimitiveGrain), GrainInterfaceType(CoordinationAliases.PrimitiveGrain)]
internal interface IPrimitiveGrain : IGrainWithStringKey
{
    /// <summary>Applies the operations of a session and brings the answers there are.</summary>
    [Alias("Send"), ResponseTimeout("00:00:05")]
    Task<PrimitiveReply> SendAsync(PrimitiveBatch batch);

    /// <summary>Waits for answers.</summary>
    [Alias("Poll"), ResponseTimeout("00:00:15")]
    Task<PrimitiveReply> PollAsync(PrimitivePoll poll);

    /// <summary>Tells who holds and who waits; null if there is no such primitive.</summary>
    [Alias("GetInfo"), ResponseTimeout("00:00:05")]
    Task<PrimitiveInfo?> GetInfoAsync();

    /// <summary>Deletes the primitive: whoever holds it loses it, whoever waits for it gets an error. False if there is none.</summary>
    [Alias("Delete"), ResponseTimeout("00:00:05")]
    Task<bool> DeleteAsync();
}
