namespace OrleansAsync;

/// <summary>There is no detached task of that id: it was never created, was forgotten, or the time its result is kept for is over.</summary>
[GenerateSerializer, Alias(Aliases.DetachedTaskNotFoundException)]
public sealed class DetachedTaskNotFoundException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public DetachedTaskNotFoundException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public DetachedTaskNotFoundException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public DetachedTaskNotFoundException(string message, Exception? innerException) : base(message, innerException) { }
}
