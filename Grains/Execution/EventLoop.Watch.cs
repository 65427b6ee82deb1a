using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>Runs that are watched: whoever watches one hears of each start and end of its tasks.</content>
internal sealed partial class EventLoop
{
    private static ITaskWatch? WatchOf(Dictionary<string, object>? request) => request?.GetValueOrDefault(ITaskWatch.Key) as ITaskWatch;

    private void Tell(ITaskWatch? watch, LiveTask task, OutcomeKind? outcome)
    {
        if (watch is null) return;
        TimeSpan? ran = task.Started == 0 ? null : outcome is null ? TimeSpan.Zero : time.GetElapsedTime(task.Started);
        var queued = task.Started == 0 ? time.GetElapsedTime(task.Admitted) : time.GetElapsedTime(task.Admitted, task.Started);
        watch.OnChanged(children, new TaskMoment(task.Id, task.Attempt, task.Loop?.Name ?? task.Name ?? $"Task-{task.Number}", CoroutineOf(task), key, queued, ran, outcome));
    }

    /// <summary>Finds out who watches a task that is cancelled before its first step, which is when its context would be read.</summary>
    private void TellNeverStarted(LiveTask task)
    {
        if (task.Context is null) return;
        try
        {
            Tell(WatchOf(serializer.Deserialize<TaskContext>(task.Context)!.Request), task, OutcomeKind.Canceled);
        }
#pragma warning disable CA1031 // whatever a codec throws: the task ends as it would have
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
