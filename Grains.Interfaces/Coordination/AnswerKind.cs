namespace OrleansAsync.Coordination;

/// <summary>How a request of a primitive ended.</summary>
[GenerateSerializer, Alias(CoordinationAliases.AnswerKind)]
internal enum AnswerKind
{
    /// <summary>As asked.</summary>
    Ok,

    /// <summary>It would have had to wait and was asked not to: a queue was empty or full, no permit was free.</summary>
    WouldWait,

    /// <summary>A condition's wait that was cancelled; the lock is held again.</summary>
    Canceled,

    /// <summary>A barrier is broken.</summary>
    Broken,

    /// <summary>A queue was shut down.</summary>
    ShutDown,

    /// <summary>It makes no sense: more was released, or done, than there was.</summary>
    Misuse,

    /// <summary>What the primitive held in memory was lost with its silo.</summary>
    Lost,

    /// <summary>The primitive was deleted.</summary>
    Deleted,
}
