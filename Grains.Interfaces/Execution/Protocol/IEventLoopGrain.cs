using System.Collections.Immutable;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution.Protocol;

/// <summary>
/// One event loop. Its key names the silo it runs on, so a loop never moves: when the silo is lost, the loop is, and whoever owns tasks there
/// starts them again on another.
/// </summary>
/// <remarks>All messages may come late or twice; each names the incarnation it is meant for.</remarks>
[Alias(Aliases.EventLoop), GrainInterfaceType(Aliases.EventLoop)]
internal interface IEventLoopGrain : IGrainWithStringKey
{
    /// <summary>Opens or renews a channel.</summary>
    [Alias("Open"), ResponseTimeout("00:00:05")]
    Task<ChannelOpened> OpenAsync(OpenChannel request);

    /// <summary>Starts and cancels tasks.</summary>
    [Alias("Submit"), ResponseTimeout("00:00:05")]
    Task<SubmitReply> SubmitAsync(SubmitBatch batch);

    /// <summary>Waits until tasks of the channel have ended, for at most about ten seconds.</summary>
    [Alias("Poll"), ResponseTimeout("00:00:15")]
    Task<OutcomeBatch> PollAsync(PollRequest request);

    /// <summary>Cancels all tasks below clients or tasks, and starts none of theirs from then on.</summary>
    /// <param name="owners">Ids of clients or tasks: everything they own, directly or further down, is cancelled.</param>
    /// <returns>How many of them are still in their cleanup after about ten seconds: call again until 0.</returns>
    [Alias("CancelAllOwned"), ResponseTimeout("00:00:15")]
    Task<int> CancelOwnedAsync(ImmutableArray<string> owners);

    /// <summary>Gets some of the live tasks.</summary>
    [Alias("ListTasks"), ResponseTimeout("00:00:05")]
    Task<TaskPage> ListTasksAsync(TaskQuery query);

    /// <summary>Gets what tasks wait for and cannot go on without; nothing for those that are not here.</summary>
    /// <param name="tasks">The tasks, as whoever waits for them knows them.</param>
    [Alias("GetAwaited"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<AwaitEdge>> GetAwaitedAsync(ImmutableArray<AwaitedTask> tasks);

    /// <summary>Requests that a task be cancelled, and waits a while for its end.</summary>
    [Alias("CancelById"), ResponseTimeout("00:00:15")]
    Task<CancelByIdReply> CancelByIdAsync(CancelById request);

    /// <summary>Gets how the loop is doing.</summary>
    [Alias("GetInfo"), ResponseTimeout("00:00:05")]
    Task<ClusterLoopInfo> GetInfoAsync();

    /// <summary>Gets what the loop shows to a watcher, and keeps the trace of its turns on for a while.</summary>
    [Alias("Watch"), ResponseTimeout("00:00:05")]
    Task<LoopPicture> WatchAsync(LoopWatch request);
}
