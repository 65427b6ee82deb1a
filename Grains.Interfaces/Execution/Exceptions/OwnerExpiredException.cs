namespace OrleansAsync;

/// <summary>The owner of a task was silent for longer than its lease, so the cluster cancelled its tasks.</summary>
[GenerateSerializer, Alias(Aliases.OwnerExpiredException)]
public sealed class OwnerExpiredException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public OwnerExpiredException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    public OwnerExpiredException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which task, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public OwnerExpiredException(string message, Exception? innerException) : base(message, innerException) { }
}
