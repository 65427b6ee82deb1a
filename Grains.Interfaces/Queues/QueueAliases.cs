namespace OrleansAsync.Queues;

/// <summary>The names of what queues send and store. Never rename one, never give one to something else.</summary>
internal static class QueueAliases
{
    public const string QueueGrain = "oa.queue";

    public const string Order = "oa.queue.order";
    public const string Settings = "oa.queue.settings";
    public const string State = "oa.queue.state";
    public const string Handle = "oa.queue.handle`1";
    public const string FifoHandle = "oa.queue.fifo-handle`1";
    public const string LifoHandle = "oa.queue.lifo-handle`1";
    public const string PriorityHandle = "oa.queue.priority-handle`1";

    public const string EmptyException = "oa.queue.empty-exception";
    public const string FullException = "oa.queue.full-exception";
    public const string ShutDownException = "oa.queue.shut-down-exception";
    public const string LostException = "oa.queue.lost-exception";
}
