namespace OrleansAsync.Storage;

/// <summary>A unit cannot be applied as it is: a constraint forbids it, or a statement is wrong. Nothing of it was applied, and a repetition fails too.</summary>
/// <param name="message">What the database said.</param>
/// <param name="inner">The database's exception.</param>
internal sealed class StoreUnitException(string message, Exception inner) : Exception(message, inner);
