using System.Collections.Immutable;

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
}
