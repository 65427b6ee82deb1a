namespace OrleansAsync;

/// <summary>An event loop has as many live tasks as it may hold.</summary>
[GenerateSerializer, Alias(Aliases.EventLoopOverloadedException)]
public sealed class EventLoopOverloadedException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public EventLoopOverloadedException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public EventLoopOverloadedException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public EventLoopOverloadedException(string message, Exception? innerException) : base(message, innerException) { }
}
