using System.Collections.Immutable;

namespace OrleansAsync.Storage;

/// <summary>A unit on its way through a store: what became of it is noted while its group is written, and told once the group is durable.</summary>
/// <param name="unit">The unit.</param>
internal sealed class StoreWrite(StoreUnit unit) : TaskCompletionSource<StoreResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private StoreResult _result;
    private Exception? _error;

    /// <summary>Gets the unit.</summary>
    public StoreUnit Unit => unit;

    /// <summary>Notes that the unit was applied.</summary>
    /// <param name="affected">Rows affected by each statement.</param>
    public void Applied(ImmutableArray<int> affected) => (_result, _error) = (new(true, affected), null);

    /// <summary>Notes that the guard did not hold.</summary>
    public void Refused() => (_result, _error) = (StoreResult.Refused, null);

    /// <summary>Notes that the unit failed.</summary>
    /// <param name="error">Why.</param>
    public void Failed(Exception error) => _error = error;

    /// <summary>Tells the caller.</summary>
    public void Tell()
    {
        if (_error is null)
            TrySetResult(_result);
        else
            TrySetException(_error);
    }
}
