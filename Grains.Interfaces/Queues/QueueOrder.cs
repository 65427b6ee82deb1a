namespace OrleansAsync.Queues;

/// <summary>Which item of a queue comes out next.</summary>
[GenerateSerializer, Alias(QueueAliases.Order)]
internal enum QueueOrder
{
    /// <summary>The one that came first.</summary>
    Fifo,

    /// <summary>The one that came last.</summary>
    Lifo,

    /// <summary>The one with the smallest priority, and of those the one that came first.</summary>
    Priority,
}
