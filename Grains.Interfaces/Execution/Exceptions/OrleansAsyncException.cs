namespace OrleansAsync;

/// <summary>The base of what OrleansAsync itself reports; a cancellation is an <see cref="OperationCanceledException"/> instead.</summary>
[GenerateSerializer, Alias(Aliases.OrleansAsyncException)]
public class OrleansAsyncException : Exception
{
    /// <summary>Initializes a new instance.</summary>
    public OrleansAsyncException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public OrleansAsyncException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public OrleansAsyncException(string message, Exception? innerException) : base(message, innerException) { }
}
