using System.Runtime.CompilerServices;
using OrleansAsync.Execution;

namespace OrleansAsync.Testing;

/// <summary>Runs the work of a client one turn at a time, as an activation runs a loop's, so that it can be told when nothing is left to run.</summary>
internal sealed class Turns : TaskScheduler, IThreadPoolWorkItem, IVirtualTimePart
{
    private readonly Lock _gate = new();
    private readonly Queue<Task> _queue = [];
    private Thread? _thread;
    private bool _isRunning;

    /// <summary>What else goes on in the client.</summary>
    public Func<IVirtualTime, string?> Activity { get; set; } = static _ => null;

    TaskScheduler IVirtualTimePart.Scheduler => this;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether a scheduler has turns to run; called in one of its turns, which does not count.</summary>
    public static bool AreLeft(TaskScheduler scheduler)
    {
        try
        {
            return GetScheduledTasks(scheduler)?.Any() ?? false;
        }
        catch (InvalidOperationException)
        {
            // One was added that moment.
            return true;
        }

        // Of Orleans' schedulers it is the one way to see their queue.
        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(GetScheduledTasks))]
        static extern IEnumerable<Task>? GetScheduledTasks(TaskScheduler scheduler);
    }

    string? IVirtualTimePart.FindActivity(IVirtualTime time) => Activity(time);

    void IThreadPoolWorkItem.Execute()
    {
        _thread = Thread.CurrentThread;
        while (true)
        {
            Task? task;
            lock (_gate)
            {
                if (!_queue.TryDequeue(out task))
                {
                    (_thread, _isRunning) = (null, false);
                    return;
                }
            }
            TryExecuteTask(task);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _queue.Enqueue(task);
            if (_isRunning) return;
            _isRunning = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _thread == Thread.CurrentThread && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate) return [.. _queue];
    }
}
