namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Runs code turn by turn, as an activation does, and each turn when the test wants it.</summary>
internal sealed class Turns : TaskScheduler
{
    private readonly Queue<Task> _queue = [];

    /// <summary>Runs a turn now; what it makes ready waits.</summary>
    public void Do(Action turn) => InContextOfNone(() =>
    {
        var task = new Task(turn);
        task.RunSynchronously(this);
        task.GetAwaiter().GetResult();
    });

    /// <summary>Runs what is ready, and what that makes ready.</summary>
    public void RunAll() => InContextOfNone(() =>
    {
        while (_queue.TryDequeue(out var task)) TryExecuteTask(task);
    });

    protected override void QueueTask(Task task) => _queue.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _queue;

    // An await prefers the context of the test runner to the scheduler of the turn.
    private static void InContextOfNone(Action action)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
