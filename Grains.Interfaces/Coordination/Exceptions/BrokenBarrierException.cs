using OrleansAsync.Coordination;

namespace OrleansAsync;

/// <summary>A barrier was reset or aborted while this one waited, or is broken until it is reset: asyncio's <c>BrokenBarrierError</c>.</summary>
[GenerateSerializer, Alias(CoordinationAliases.BrokenBarrierException)]
public sealed class BrokenBarrierException : OrleansAsyncException
{
    /// <summary>Initializes a new instance.</summary>
    public BrokenBarrierException() { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which barrier, and what to do.</param>
    public BrokenBarrierException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened, to which barrier, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public BrokenBarrierException(string message, Exception? innerException) : base(message, innerException) { }
}
