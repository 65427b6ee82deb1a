using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>One wait for many tasks: a counter that each of them lowers, so that a million cost no more than a field each.</summary>
internal sealed class Gather : TaskCompletionSource<bool>, ITaskObserver
{
    private readonly ClusterTask[] _tasks;
    private readonly bool _returnExceptions;
    private int _unfinished;
    private volatile bool _cancelRequested;

    private Gather(ClusterTask[] tasks, bool returnExceptions) : base(TaskCreationOptions.RunContinuationsAsynchronously) =>
        (_tasks, _returnExceptions, _unfinished) = (tasks, returnExceptions, tasks.Length);

    public static async Task WaitAsync(ClusterTask[] tasks, bool returnExceptions, CancellationToken cancellationToken)
    {
        if (tasks.Length == 0) return;
        var gather = new Gather(tasks, returnExceptions);
        foreach (var task in tasks) task.Observe(gather);
        await using (cancellationToken.Register(() => _ = gather.CancelAsync(null)))
        {
            await (ClusterLoop.Current is { } current ? current.WaitAsync(gather.Task, gather.CancelAsync) : gather.Task);
        }
    }

    public void OnEnded(OwnedTask task)
    {
        var isLast = Interlocked.Decrement(ref _unfinished) == 0;
        if (!_returnExceptions && task.Error is { } error)
        {
            TrySetException(error is ClusterTaskCanceledException canceled ? new ClusterTaskCanceledException(canceled.CancelMessage) : error);
        }
        else if (isLast)
        {
            // Outcomes hide that the children were cancelled by us; the waiter must still learn it.
            if (_returnExceptions && _cancelRequested && Array.Find(_tasks, t => t.IsCanceled)?.Error is ClusterTaskCanceledException first)
            {
                TrySetException(new ClusterTaskCanceledException(first.CancelMessage));
            }
            else TrySetResult(true);
        }
    }

    private async Task<bool> CancelAsync(string? message)
    {
        _cancelRequested = true;
        var requests = Array.ConvertAll(_tasks, task => task.RequestCancelAsync(message));
        return (await System.Threading.Tasks.Task.WhenAll(requests)).Contains(true);
    }
}
