namespace OrleansAsync.Queues;

/// <summary>An item was asked for without waiting, and the queue is empty.</summary>
/// <remarks><b>asyncio:</b> <c>QueueEmpty</c>.</remarks>
[GenerateSerializer, Alias(QueueAliases.EmptyException)]
public sealed class QueueEmptyException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public QueueEmptyException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    public QueueEmptyException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public QueueEmptyException(string message, Exception? innerException) : base(message, innerException) { }
}
