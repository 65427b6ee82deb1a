namespace OrleansAsync;

/// <summary>A task was cancelled: asyncio's <c>CancelledError</c>.</summary>
[GenerateSerializer, Alias(Aliases.TaskCanceledException)]
public sealed class ClusterTaskCanceledException : OperationCanceledException
{
    /// <summary>Initializes a new instance.</summary>
    public ClusterTaskCanceledException() : this(null) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="cancelMessage">The message given to <c>CancelAsync</c>.</param>
    public ClusterTaskCanceledException(string? cancelMessage) : this(cancelMessage, null) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="cancelMessage">The message given to <c>CancelAsync</c>.</param>
    /// <param name="innerException">What the cancelled operation threw.</param>
    public ClusterTaskCanceledException(string? cancelMessage, Exception? innerException)
        : base(cancelMessage ?? "The task was cancelled.", innerException) => CancelMessage = cancelMessage;

    /// <summary>Gets the message given to <c>CancelAsync</c>; <see langword="null"/> if there was none.</summary>
    [Id(0)]
    public string? CancelMessage { get; }
}
