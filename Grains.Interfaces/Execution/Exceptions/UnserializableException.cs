namespace OrleansAsync;

/// <summary>A coroutine, or what its body returned, cannot be serialized.</summary>
[GenerateSerializer, Alias(Aliases.UnserializableException)]
public sealed class UnserializableException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public UnserializableException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public UnserializableException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public UnserializableException(string message, Exception? innerException) : base(message, innerException) { }
}
