using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>
/// What a wait is for. A cancel of the waiter is passed on to it, so the target of that delegate tells: a wait pays nothing for being looked at.
/// </summary>
internal interface IAwaited
{
    AwaitKind Kind { get; }

    /// <summary>The tasks that are waited for; those that have ended, too.</summary>
    IReadOnlyCollection<OwnedTask> Tasks => [];

    /// <summary>The block of code whose own waits this one stands for.</summary>
    ClusterLoop? Block => null;

    /// <summary>Whether only the end of all tasks ends the wait, rather than a timeout or the first of them.</summary>
    bool IsBinding => true;

    /// <summary>How many are still waited for.</summary>
    int Count => Tasks.Count(task => !task.IsCompleted);

    /// <summary>Where those are that are still waited for.</summary>
    IEnumerable<AwaitedTask> Unfinished => Tasks.Where(task => !task.IsCompleted).Select(task => task.ToAwaited());

    /// <summary>What it is where the kind says too little, such as <c>queue 'jobs'</c>; null otherwise.</summary>
    string? What => null;

    /// <summary>When time alone ends the wait, how much of it is left; null otherwise.</summary>
    TimeSpan? Left => null;

    /// <summary>Whether what is waited for is known to have come, so that the waiting task only lacks its turn.</summary>
    bool HasEnded => Tasks.Count > 0 && Count == 0;

    /// <summary>Whether all are tasks that the waiting task has created itself.</summary>
    bool AreAllOf(ClusterLoop waiter) => Tasks.All(task => task.Owner.Root == waiter);

    /// <summary>What a wait passes a cancel on to that reaches it by a token.</summary>
    Task<bool> TakeCancelAsync(string? message) => System.Threading.Tasks.Task.FromResult(true);
}
