using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>One wait for one task.</summary>
internal sealed class TaskCompletion<T> : TaskCompletionSource<T>, ITaskObserver
{
    private readonly Func<OwnedTask, T> _result;

    // The outcome arrives in a pump or a turn: what waits for it runs in a turn of its own.
    private TaskCompletion(Func<OwnedTask, T> result) : base(TaskCreationOptions.RunContinuationsAsynchronously) => _result = result;

    /// <summary>The plain wait, which no cancel reaches.</summary>
    public static Task<T> Of(ClusterTask task, Func<OwnedTask, T> result)
    {
        var completion = new TaskCompletion<T>(result);
        task.Observe(completion);
        return completion.Task;
    }

    /// <summary>Waits as whoever runs here: a cancel of the running task is passed on to the task it waits for.</summary>
    public static Task<T> Wait(ClusterTask task, Func<OwnedTask, T> result)
    {
        var completion = new TaskCompletion<T>(result);
        task.Observe(completion);
        return ClusterLoop.Current is { } current ? current.WaitAsync(current.Watched(completion.Task, task), task.RequestCancelAsync) : completion.Task;
    }

    public void OnEnded(OwnedTask task)
    {
        switch (task.RetrieveError())
        {
            case null:
                SetResult(_result(task));
                break;
            case ClusterTaskCanceledException canceled:
                // An exception object has one stack; each waiter gets its own.
                SetException(new ClusterTaskCanceledException(canceled.CancelMessage));
                break;
            case { } error:
                SetException(error);
                break;
        }
    }
}
