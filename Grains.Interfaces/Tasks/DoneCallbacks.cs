using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>What is called when a task has ended; kept beside it, as few tasks have any.</summary>
internal sealed partial class DoneCallbacks : ITaskObserver
{
    private static readonly ConditionalWeakTable<ClusterTask, DoneCallbacks> All = [];

    private readonly Lock _gate = new();
    private readonly List<(Action<ClusterTask> Callback, ExecutionContext? Context)> _callbacks = [];
    private bool _isRunning;
    private bool _hasEnded;

    public static DoneCallbacks Of(ClusterTask task)
    {
        if (All.TryGetValue(task, out var callbacks)) return callbacks;
        var added = new DoneCallbacks();
        callbacks = All.GetOrAdd(task, added);
        if (callbacks == added) task.Observe(added);
        return callbacks;
    }

    public void Add(ClusterTask task, Action<ClusterTask> callback)
    {
        // It runs in a copy of the context it was added in, as in asyncio, but not as the task that added it.
        lock (_gate) _callbacks.Add((callback, ExecutionContext.Capture()));
        Run(task);
    }

    public int Remove(Action<ClusterTask> callback)
    {
        lock (_gate) return _callbacks.RemoveAll(entry => entry.Callback == callback);
    }

    public void OnEnded(OwnedTask task)
    {
        lock (_gate) _hasEnded = true;
        Run((ClusterTask)task);
    }

    private void Run(ClusterTask task)
    {
        lock (_gate)
        {
            if (!_hasEnded || _isRunning || _callbacks.Count == 0) return;
            _isRunning = true;
        }
        // Never inside the call that adds one, or the message that brought the outcome: in a turn of its own, in the order they were added.
        task.Owner.Tasks.Start(() =>
        {
            RunAll(task);
            return Task.CompletedTask;
        });
    }

    private void RunAll(ClusterTask task)
    {
        while (true)
        {
            (Action<ClusterTask> Callback, ExecutionContext? Context) next;
            lock (_gate)
            {
                _isRunning = _callbacks.Count > 0;
                if (!_isRunning) return;
                next = _callbacks[0];
                _callbacks.RemoveAt(0);
            }
            if (next.Context is null) Call(task, next.Callback);
            else ExecutionContext.Run(next.Context, _ => Call(task, next.Callback), null);
        }
    }

    private static void Call(ClusterTask task, Action<ClusterTask> callback)
    {
        ClusterLoop.Current = null;
        try
        {
            callback(task);
        }
#pragma warning disable CA1031 // whatever a callback throws, the others are called
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(task.Owner.Tasks.Logger, task.Id, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A done callback of task {Task} failed.")]
    private static partial void LogFailed(ILogger logger, string task, Exception exception);
}
