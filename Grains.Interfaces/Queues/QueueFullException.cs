namespace OrleansAsync.Queues;

/// <summary>An item was to be put without waiting, and the queue is full.</summary>
/// <remarks><b>asyncio:</b> <c>QueueFull</c>.</remarks>
[GenerateSerializer, Alias(QueueAliases.FullException)]
public sealed class QueueFullException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public QueueFullException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    public QueueFullException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public QueueFullException(string message, Exception? innerException) : base(message, innerException) { }
}
