namespace OrleansAsync.Execution;

/// <summary>A clock that a test moves, and only while nothing goes on: the provider of time of such a cluster is one.</summary>
internal interface IVirtualTime
{
    /// <summary>Adds a part of the cluster that does work; disposing the registration takes it out.</summary>
    IDisposable Add(IVirtualTimePart part);

    /// <summary>Notes that a call begins (+1) or ends (-1) to wait in its grain for something to happen there. Once that has happened, it waits no longer.</summary>
    void OnLongPoll(Task happening, int change);

    /// <summary>Notes that a task, or a client's code, begins (+1) or ends (-1) a wait.</summary>
    void OnWait(ClusterLoop task, WaitKind kind, int change);

    /// <summary>Whether a running task does nothing but wait for time and for other tasks.</summary>
    bool IsWaiting(ClusterLoop task);
}

/// <summary>A part of a cluster in virtual time: whatever works in turns of its own.</summary>
internal interface IVirtualTimePart
{
    /// <summary>Runs its turns.</summary>
    TaskScheduler Scheduler { get; }

    /// <summary>What goes on here besides turns; null if nothing does. Called in a turn.</summary>
    string? FindActivity(IVirtualTime time);

    /// <summary>How long until the lease of a silent sender is over; null if none is silent. Called in a turn.</summary>
    TimeSpan? UntilLeaseEnds(Func<string, bool> isSilent) => null;

    /// <summary>Hears all senders but the silent ones as if they had spoken after the time given: they are alive, only time jumps. Called in a turn.</summary>
    void RenewLeases(Func<string, bool> isSilent, TimeSpan later) { }

    /// <summary>Closes the channels whose lease is over. Called in a turn.</summary>
    void EndLeases() { }
}

/// <summary>What a wait is for.</summary>
internal enum WaitKind
{
    /// <summary>Time, a task, or the answer of a grain of OrleansAsync: virtual time may pass meanwhile.</summary>
    Inside,

    /// <summary>Anything else: nobody knows when it ends.</summary>
    Outside,

    /// <summary>Code that waits for itself.</summary>
    Block,
}

/// <summary>What keeps a cluster together while nothing happens in it: long polls, looks at the set of loops, repeated messages.</summary>
internal static class Upkeep
{
    /// <summary>The clock of upkeep: real time where tasks live in virtual time, else the same.</summary>
    public static TimeProvider ForUpkeep(this TimeProvider time) => time is IVirtualTime ? TimeProvider.System : time;

    /// <summary>Waits inside a grain call until something happens or the limit of the call is reached; throws nothing.</summary>
    public static async Task PollAsync(this Task task, TimeSpan limit, TimeProvider time)
    {
        var virtualTime = time as IVirtualTime;
        virtualTime?.OnLongPoll(task, 1);
        await task.WaitAsync(limit, time.ForUpkeep()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        virtualTime?.OnLongPoll(task, -1);
    }
}
