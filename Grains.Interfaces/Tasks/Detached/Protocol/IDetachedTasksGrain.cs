using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Detached.Protocol;

/// <summary>Keeps and drives one shard of the cluster's detached tasks. Its key is the shard's number.</summary>
/// <remarks>All messages may come late or twice.</remarks>
[Alias(Aliases.DetachedTasks), GrainInterfaceType(Aliases.DetachedTasks)]
internal interface IDetachedTasksGrain : IGrainWithIntegerKey
{
    /// <summary>Stores a task and starts it.</summary>
    [Alias("Create"), ResponseTimeout("00:00:10")]
    Task<DetachedAnswer> CreateAsync(DetachedStart start);

    /// <summary>Waits for the end of a task, for at most about five seconds: longer would be the time a lost silo costs.</summary>
    /// <param name="number">The task.</param>
    /// <param name="rendered">Whether its result is wanted as JSON rather than serialized.</param>
    [Alias("Wait"), ResponseTimeout("00:00:08")]
    Task<DetachedAnswer> WaitAsync(long number, bool rendered);

    /// <summary>Tells about a task, with its outcome if it has ended.</summary>
    /// <param name="number">The task.</param>
    /// <param name="rendered">Whether its result is wanted as JSON rather than serialized.</param>
    [Alias("Get"), ResponseTimeout("00:00:10")]
    Task<DetachedAnswer> GetAsync(long number, bool rendered);

    /// <summary>Requests that a task be cancelled.</summary>
    [Alias("Cancel"), ResponseTimeout("00:00:10")]
    Task<DetachedAnswer> CancelAsync(DetachedCancel cancel);

    /// <summary>Drops the result of a task that has ended.</summary>
    [Alias("Forget"), ResponseTimeout("00:00:10")]
    Task<DetachedAnswer> ForgetAsync(long number);

    /// <summary>Tells where a task runs; <see langword="null"/> if it runs nowhere.</summary>
    [Alias("Locate"), ResponseTimeout("00:00:05")]
    Task<AwaitedTask?> LocateAsync(long number);

    /// <summary>Makes sure that the shard is active, which drives its tasks.</summary>
    [Alias("Wake"), ResponseTimeout("00:00:30")]
    Task WakeAsync();
}
