namespace OrleansAsync;

/// <summary>
/// The names of everything that crosses the wire. They are the wire format: never rename one, never give one to something else.
/// </summary>
internal static class Aliases
{
    public const string Coroutine = "oa.coroutine";
    public const string CoroutineOfResult = "oa.coroutine`1";

    public const string EventLoop = "oa.event-loop";
    public const string EventLoopDirectory = "oa.event-loop-directory";
    public const string DetachedTasks = "oa.detached-tasks";

    public const string EventLoopSet = "oa.event-loop-set";

    public const string OpenChannel = "oa.open-channel";
    public const string ChannelOpened = "oa.channel-opened";
    public const string ChannelStatus = "oa.channel-status";
    public const string SubmitBatch = "oa.submit-batch";
    public const string SubmitReply = "oa.submit-reply";
    public const string TaskStart = "oa.task-start";
    public const string TaskContext = "oa.task-context";
    public const string TaskCancel = "oa.task-cancel";
    public const string PollRequest = "oa.poll-request";
    public const string OutcomeBatch = "oa.outcome-batch";
    public const string OutcomeEntry = "oa.outcome-entry";
    public const string OutcomeKind = "oa.outcome-kind";
    public const string TaskFailure = "oa.task-failure";
    public const string AwaitedTask = "oa.awaited-task";
    public const string AwaitEdge = "oa.await-edge";
    public const string TaskQuery = "oa.task-query";
    public const string TaskPage = "oa.task-page";
    public const string CancelById = "oa.cancel-by-id";
    public const string CancelByIdReply = "oa.cancel-by-id-reply";
    public const string AwaitKind = "oa.await-kind";
    public const string ClusterTaskState = "oa.cluster-task-state";
    public const string ClusterTaskInfo = "oa.cluster-task-info";
    public const string ClusterTaskWait = "oa.cluster-task-wait";
    public const string ClusterLoopInfo = "oa.cluster-loop-info";
    public const string LoopWatch = "oa.loop-watch";
    public const string LoopPicture = "oa.loop-picture";
    public const string LoopTask = "oa.loop-task";
    public const string LoopTimer = "oa.loop-timer";
    public const string LoopWait = "oa.loop-wait";
    public const string LoopTurn = "oa.loop-turn";
    public const string LoopTurnEnd = "oa.loop-turn-end";
    public const string LoopTurnPage = "oa.loop-turn-page";

    public const string DetachedStart = "oa.detached-start";
    public const string DetachedCancel = "oa.detached-cancel";
    public const string DetachedAnswer = "oa.detached-answer";
    public const string DetachedStatus = "oa.detached-status";
    public const string DetachedTaskInfo = "oa.detached-task-info";
    public const string TaskState = "oa.task-state";

    public const string OrleansAsyncException = "oa.exception";
    public const string TaskCanceledException = "oa.task-canceled-exception";
    public const string DetachedTaskNotFoundException = "oa.detached-task-not-found-exception";
    public const string TaskGroupException = "oa.task-group-exception";
    public const string TaskLostException = "oa.task-lost-exception";
    public const string RemoteTaskException = "oa.remote-task-exception";
    public const string OwnerExpiredException = "oa.owner-expired-exception";
    public const string UnknownCoroutineException = "oa.unknown-coroutine-exception";
    public const string IncompatibleVersionException = "oa.incompatible-version-exception";
    public const string WorkerProcessException = "oa.worker-process-exception";
    public const string UnserializableException = "oa.unserializable-exception";
    public const string EventLoopOverloadedException = "oa.event-loop-overloaded-exception";
}
