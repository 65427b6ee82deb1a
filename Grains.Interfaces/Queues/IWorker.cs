namespace OrleansAsync.Queues;

/// <summary>A producer or consumer while it works, as its specification sees it. All in turns of its grain.</summary>
internal interface IWorker
{
    /// <summary>The next item: which call of the source, and how many items of that call are done.</summary>
    (long Number, int Offset) Position { get; }

    /// <summary>Fires when it is to stop after the item at hand.</summary>
    CancellationToken Stopping { get; }

    /// <summary>Waits until the rate permits so many items more.</summary>
    Task PaceAsync(int items);

    /// <summary>Counts items that are done, and notes what is next.</summary>
    Task DoneAsync(int items, (long Number, int Offset) next = default);

    /// <summary>Does something that may fail, and again for as often as is allowed; false if it failed each time.</summary>
    Task<bool> TryAsync(Func<Task> call);

    /// <summary>Notes that a queue in memory was lost, which may be used again a little later.</summary>
    Task OnLostAsync(QueueLostException error);

    /// <summary>Notes an item that was put aside, as its handler failed each time.</summary>
    void OnSetAside(string item);
}
