namespace OrleansAsync;

/// <summary>A silo has no body for a coroutine it was asked to run.</summary>
[GenerateSerializer, Alias(Aliases.UnknownCoroutineException)]
public sealed class UnknownCoroutineException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public UnknownCoroutineException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public UnknownCoroutineException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public UnknownCoroutineException(string message, Exception? innerException) : base(message, innerException) { }
}
