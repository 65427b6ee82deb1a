namespace OrleansAsync.Execution;

/// <summary>Where a task was submitted to: a channel to a loop, or the loop of its creator itself.</summary>
internal abstract class TaskPlace
{
    /// <summary>The key of the loop.</summary>
    public abstract string Key { get; }

    /// <summary>The channel's name at the loop.</summary>
    public abstract string Sender { get; }

    /// <summary>Requests a cancel; tells whether the task was still live at its loop. Null if the task is in another place now.</summary>
    public abstract Task<bool>? CancelAsync(OwnedTask task, string? message);
}

/// <summary>The loop whose turn it is: it can take a task of its own without a message.</summary>
internal interface ILocalLoop
{
    /// <summary>Starts a task here: at once if it is eager, else behind those that are ready; false if it must be submitted as any other.</summary>
    bool TryStart(OwnedTask task);

    /// <summary>Waits behind all that are ready. To be called in a turn of the loop.</summary>
    Task PauseAsync();
}
