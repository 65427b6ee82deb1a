namespace OrleansAsync.Execution;

/// <content>What virtual time must wait for besides turns and calls.</content>
internal sealed partial class TaskOwner
{
    private int _pauses;

    /// <summary>The clock, if a test moves it.</summary>
    public IVirtualTime? VirtualTime => Time as IVirtualTime;

    /// <summary>Waits before a message is repeated.</summary>
    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _pauses);
        try
        {
            await Task.Delay(pause, Time.ForUpkeep(), cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _pauses);
        }
    }

    /// <inheritdoc cref="IVirtualTimePart.FindActivity"/>
    public string? FindActivity()
    {
        if (Volatile.Read(ref _pauses) > 0) return $"{Id} repeats a message";
        lock (_gate) return _unplaced.Count > 0 ? $"tasks of {Id} wait for a loop that takes them" : null;
    }
}
