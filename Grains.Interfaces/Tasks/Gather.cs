using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>One wait for many tasks: a counter that each of them lowers, so that a million cost no more than a field each.</summary>
internal sealed class Gather : TaskCompletionSource<bool>, ITaskObserver, IAwaited
{
    private readonly ClusterTask[] _tasks;
    private readonly bool _returnExceptions;
    private int _unfinished;
    private Task<bool>? _cancel;
    private string? _cancelMessage;

    private Gather(ClusterTask[] tasks, bool returnExceptions) : base(TaskCreationOptions.RunContinuationsAsynchronously) =>
        (_tasks, _returnExceptions, _unfinished) = (tasks, returnExceptions, tasks.Length);

    AwaitKind IAwaited.Kind => AwaitKind.Gather;

    IReadOnlyCollection<OwnedTask> IAwaited.Tasks => _tasks;

    bool IAwaited.HasEnded => Task.IsCompleted;

    public static async Task WaitAsync(ClusterTask[] tasks, bool returnExceptions, CancellationToken cancellationToken)
    {
        if (tasks.Length == 0) return;
        var gather = new Gather(tasks, returnExceptions);
        foreach (var task in tasks) task.Observe(gather);
        await using (cancellationToken.Register(() => _ = gather.CancelAsync(null)))
        {
            await (ClusterLoop.Current is { } current ? current.WaitAsync(current.Watched(gather.Task, gather), gather.CancelAsync) : gather.Task);
        }
        // As in asyncio, all children may have swallowed the cancel, or hidden it in outcomes: the waiter must still learn it.
        if (gather._cancel is { } cancel && await cancel) throw new ClusterTaskCanceledException(gather._cancelMessage);
    }

    public void OnEnded(OwnedTask task)
    {
        var isLast = Interlocked.Decrement(ref _unfinished) == 0;
        // As in asyncio, what becomes of the others after the first failure is not reported.
        var failure = task.RetrieveError();
        if (!_returnExceptions && failure is { } error)
        {
            TrySetException(error is ClusterTaskCanceledException canceled ? new ClusterTaskCanceledException(canceled.CancelMessage) : error);
        }
        else if (isLast) TrySetResult(true);
    }

    private Task<bool> CancelAsync(string? message)
    {
        _cancelMessage = message;
        return _cancel = RequestAsync(message, _cancel);
    }

    private async Task<bool> RequestAsync(string? message, Task<bool>? before)
    {
        var requests = Array.ConvertAll(_tasks, task => task.RequestCancelAsync(message));
        return (await System.Threading.Tasks.Task.WhenAll(requests)).Contains(true) | (before is not null && await before);
    }
}
