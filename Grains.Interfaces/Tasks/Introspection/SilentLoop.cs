namespace OrleansAsync.Tasks.Introspection;

/// <summary>A loop that did not answer: what it has is missing from a listing.</summary>
/// <param name="Loop">Its id.</param>
/// <param name="Silo">The address of its silo.</param>
/// <param name="Reason">What came instead of an answer.</param>
public sealed record SilentLoop(string Loop, string Silo, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"loop {Loop} of silo {Silo} did not answer: {Reason}";
}
