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

    public const string ProducerGrain = "oa.producer";
    public const string ConsumerGrain = "oa.consumer";
    public const string SourceCoroutine = "oa.queue.source-coroutine`1";
    public const string ItemCoroutine = "oa.queue.item-coroutine`1";
    public const string WorkerSpecification = "oa.queue.worker-specification";
    public const string ProducerSpecification = "oa.queue.producer-specification";
    public const string ProducerSpecificationOfItem = "oa.queue.producer-specification`1";
    public const string ConsumerSpecification = "oa.queue.consumer-specification";
    public const string ConsumerSpecificationOfItem = "oa.queue.consumer-specification`1";
    public const string WorkerState = "oa.queue.worker-state";
    public const string WorkerProgress = "oa.queue.worker-progress";

    public const string EmptyException = "oa.queue.empty-exception";
    public const string FullException = "oa.queue.full-exception";
    public const string ShutDownException = "oa.queue.shut-down-exception";
    public const string LostException = "oa.queue.lost-exception";
}
