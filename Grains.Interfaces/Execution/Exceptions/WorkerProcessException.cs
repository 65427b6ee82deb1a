namespace OrleansAsync;

/// <summary>The child process that ran a call ended before it had a result, or could not be started.</summary>
/// <remarks><b>asyncio:</b> <c>BrokenProcessPool</c>; here one call fails, and the next gets another process.</remarks>
[GenerateSerializer, Alias(Aliases.WorkerProcessException)]
public sealed class WorkerProcessException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public WorkerProcessException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, in which process, and what to do.</param>
    public WorkerProcessException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, in which process, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public WorkerProcessException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>Gets the exit code of the process, on Unix 128 and the number of the signal that killed it; <see langword="null"/> if it was never started.</summary>
    [Id(0)]
    public int? ExitCode { get; init; }
}
