namespace OrleansAsync.Execution;

/// <content>What a task waits for.</content>
internal partial class ClusterLoop
{
    /// <summary>Whether it is a running task's, rather than a client's, a silo's or a block's.</summary>
    public bool IsTask => _parent is not null;

    /// <summary>Whether a timeout ends whatever is awaited here.</summary>
    public virtual bool HasTimeLimit => false;

    /// <summary>What is waited for here now; <see langword="null"/> stands for an operation that is not the loop's.</summary>
    public IReadOnlyList<IAwaited?> GetWaits()
    {
        lock (this) return _waiters is null ? [] : [.. _waiters.Select(waiter => waiter.Cancel.Target as IAwaited)];
    }

    /// <summary>What is waited for here and, further in, by the code of timeouts and groups.</summary>
    public IEnumerable<IAwaited?> GetAllWaits()
    {
        foreach (var wait in GetWaits())
        {
            yield return wait;
            foreach (var inner in wait?.Block?.GetAllWaits() ?? []) yield return inner;
        }
    }

    /// <summary>What must end for the code here to go on: without what a timeout ends.</summary>
    public IEnumerable<IAwaited> GetBindingWaits()
    {
        foreach (var wait in GetWaits())
        {
            if (wait is not { IsBinding: true }) continue;
            yield return wait;
            foreach (var inner in wait.Block?.GetBindingWaits() ?? []) yield return inner;
        }
    }

    /// <summary>Waits for an operation that takes a token, and of which is known what it waits for.</summary>
    public Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> operation, IAwaited awaited, WaitKind kind = WaitKind.Inside) => WaitAsync(operation, kind, awaited.TakeCancelAsync);
}
