namespace OrleansAsync.Coordination;

/// <summary>The names of what coordination sends and stores. Never rename one, never give one to something else.</summary>
internal static class CoordinationAliases
{
    public const string PrimitiveGrain = "oa.primitive";
    public const string CoordinationGrain = "oa.coordination";
    public const string PrimitiveDirectory = "oa.primitive-directory";

    public const string AnswerKind = "oa.primitive-answer-kind";
    public const string PrimitiveState = "oa.primitive-state";
    public const string PrimitiveSettings = "oa.primitive-settings";
    public const string PrimitiveBatch = "oa.primitive-batch";
    public const string PrimitiveOperation = "oa.primitive-operation";
    public const string PrimitivePoll = "oa.primitive-poll";
    public const string PrimitiveReply = "oa.primitive-reply";
    public const string PrimitiveAnswer = "oa.primitive-answer";
    public const string PrimitiveStatus = "oa.primitive-status";
    public const string PrimitiveInfo = "oa.primitive-info";
    public const string PrimitiveParty = "oa.primitive-party";
    public const string RestoredCall = "oa.primitive-restored-call";

    public const string SemaphoreState = "oa.semaphore-state";
    public const string EventState = "oa.event-state";
    public const string BarrierState = "oa.barrier-state";

    public const string LockSettings = "oa.lock-settings";
    public const string SemaphoreSettings = "oa.semaphore-settings";
    public const string EventSettings = "oa.event-settings";
    public const string BarrierSettings = "oa.barrier-settings";

    public const string PrimitiveReference = "oa.primitive-reference";
    public const string Lock = "oa.lock";
    public const string Semaphore = "oa.semaphore";
    public const string BoundedSemaphore = "oa.bounded-semaphore";
    public const string Event = "oa.event";
    public const string Condition = "oa.condition";
    public const string Barrier = "oa.barrier";

    public const string BrokenBarrierException = "oa.broken-barrier-exception";
}
