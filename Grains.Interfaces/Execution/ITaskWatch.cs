using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>
/// Hears of the tasks of one run, on whichever loops they are: a value of the request context, which every task hands on to those that it creates. A run that
/// has none pays nothing for it.
/// </summary>
internal interface ITaskWatch
{
    /// <summary>Where in the request context it is.</summary>
    const string Key = "oa.task-watch";

    /// <summary>A task has started, or ended. It is told in a turn of the task's loop, before the task goes on; it must not throw.</summary>
    /// <param name="loop">The task's loop, as the owner of what its tasks create.</param>
    /// <param name="moment">What has happened.</param>
    void OnChanged(TaskOwner loop, TaskMoment moment);
}

/// <summary>A start or an end of a task.</summary>
/// <param name="Id">The task.</param>
/// <param name="Attempt">How often it was started before.</param>
/// <param name="Name">Its name.</param>
/// <param name="Coroutine">The name of its coroutine.</param>
/// <param name="Loop">The key of its loop.</param>
/// <param name="Queued">How long its loop had it before its first step, or before its end if there was none.</param>
/// <param name="Ran">How long ago its first step was; null if it never started.</param>
/// <param name="Outcome">How it ended; null if it has just started.</param>
internal readonly record struct TaskMoment(string Id, int Attempt, string Name, string Coroutine, string Loop, TimeSpan Queued, TimeSpan? Ran, OutcomeKind? Outcome);
