namespace OrleansAsync.Queues;

/// <summary>The queue was shut down: nothing can be put, and nothing is left to be taken.</summary>
/// <remarks><b>asyncio:</b> <c>QueueShutDown</c>.</remarks>
[GenerateSerializer, Alias(QueueAliases.ShutDownException)]
public sealed class QueueShutDownException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public QueueShutDownException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    public QueueShutDownException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public QueueShutDownException(string message, Exception? innerException) : base(message, innerException) { }
}
