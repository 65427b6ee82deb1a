namespace OrleansAsync.Storage;

/// <summary>The database could not be used: it is gone, full or locked for long. A write that ended so may have been applied or not; repeat it later.</summary>
/// <param name="message">What is wrong with which database, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
