namespace OrleansAsync.Queues;

/// <summary>What the queue held, or lent to this process, is not there any more.</summary>
/// <remarks>
/// <b>Cluster:</b> a queue in memory is lost with its silo: all that had it open learn it once, from then on it works again and is empty. Items of a process
/// that was not heard of for a lease time were given to others. A deleted queue is gone with its items.
/// </remarks>
[GenerateSerializer, Alias(QueueAliases.LostException)]
public sealed class QueueLostException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public QueueLostException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    public QueueLostException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which queue, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public QueueLostException(string message, Exception? innerException) : base(message, innerException) { }
}
