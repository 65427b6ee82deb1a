using System.Text;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Tasks.Detached.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks.Detached;

/// <summary>Calls to the shards of detached tasks, repeated until they are answered: a silo may be lost, or the whole cluster down for a while.</summary>
internal static partial class DetachedCalls
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    /// <exception cref="DetachedTaskNotFoundException">The shard knows no such task.</exception>
    /// <exception cref="InvalidOperationException">The cluster has no store.</exception>
    public static Task<DetachedAnswer> CallAsync(
        ClusterLoop loop, DetachedTaskId id, Func<IDetachedTasksGrain, Task<DetachedAnswer>> call, CancellationToken cancellationToken, DetachedWait? wait = null)
    {
        // In a coroutine the call is a cancel point.
        return wait is null ? loop.AwaitInside(CallAsync) : TaskLoopExtensions.AwaitAsync(loop, CallAsync, wait);

        async Task<DetachedAnswer> CallAsync(CancellationToken token)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
            return await RepeatAsync(loop.Tasks, id, call, either.Token);
        }
    }

    private static async Task<DetachedAnswer> RepeatAsync(
        TaskOwner owner, DetachedTaskId id, Func<IDetachedTasksGrain, Task<DetachedAnswer>> call, CancellationToken cancellationToken)
    {
        var grain = owner.Grains.GetGrain<IDetachedTasksGrain>(id.Shard);
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause < MaxPause ? pause * 2 : MaxPause)
        {
            try
            {
                var answer = await owner.AnswerAsync(() => call(grain)).WaitAsync(cancellationToken);
                switch (answer.Status)
                {
                    case DetachedStatus.NotFound:
                        throw new DetachedTaskNotFoundException($"There is no detached task {id}: it was never created, was forgotten, or its result has expired.");
                    case DetachedStatus.NoStore:
                        throw new InvalidOperationException($"Detached tasks need a store: {Encoding.UTF8.GetString(answer.Payload!)}.");
                    case not DetachedStatus.Superseded:
                        return answer;
                }
            }
#pragma warning disable CA1031 // timeout, rejection, lost silo or lost gateway: all these messages may be repeated
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not (OrleansAsyncException or InvalidOperationException or ArgumentException))
#pragma warning restore CA1031
            {
                LogRepeat(owner.Logger, id.Shard, e);
            }
            await owner.PauseAsync(pause, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message to shard {Shard} of the detached tasks was not answered; repeating it.")]
    private static partial void LogRepeat(ILogger logger, int shard, Exception exception);
}
