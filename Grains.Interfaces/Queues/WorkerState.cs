namespace OrleansAsync.Queues;

/// <summary>What a producer or consumer is doing.</summary>
[GenerateSerializer, Alias(QueueAliases.WorkerState)]
public enum WorkerState
{
    /// <summary>It was never started, or was stopped.</summary>
    Stopped,

    /// <summary>It works, or waits for work.</summary>
    Running,

    /// <summary>It was told to stop and has an item at hand.</summary>
    Stopping,

    /// <summary>It is through: the source had no more items, or the queue was shut down and is empty.</summary>
    Finished,

    /// <summary>It has given up; the error says why.</summary>
    Failed,
}
