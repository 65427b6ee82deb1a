using System.Runtime.CompilerServices;
using Orleans.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Detached;
using OrleansAsync.Tasks.Detached.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>A durable task that no process owns: it goes on when its creator ends, and after the whole cluster was down.</summary>
/// <remarks>
/// <para><b>asyncio:</b> has none; a task ends with its loop. Cancelling whoever awaits a detached task does not cancel the task, as with <c>shield</c>.</para>
/// <para><b>Cluster:</b> the task is in the cluster's store before the call that creates it returns. When its silo is lost it is started again, at
/// least once in all (<see cref="OnLoss.Restart"/>) or at most once (<see cref="OnLoss.Fail"/>). Its outcome is stored before anybody sees it, and kept
/// for <see cref="DetachedTaskOptions.Retention"/>. The handle is only the id: any process may have any number of them.</para>
/// </remarks>
public class DetachedTask
{
    private readonly DetachedTaskId _id;
    private readonly ClusterLoop _loop;

    internal DetachedTask(ClusterLoop loop, DetachedTaskId id) => (_loop, _id) = (loop, id);

    /// <summary>Gets the task's id, by which any process finds it: <c>GetDetachedTask(id)</c>, <c>oa result ID</c>.</summary>
    public string Id => _id.ToString();

    /// <summary>Waits for the end of the task; its exception or cancellation is thrown.</summary>
    public TaskAwaiter GetAwaiter() => WaitAsync().GetAwaiter();

    /// <summary>Waits for the end of the task; its exception or cancellation is thrown.</summary>
    /// <param name="cancellationToken">Ends the wait, not the task.</param>
    /// <exception cref="DetachedTaskNotFoundException">There is no such task, or its result is not kept any more.</exception>
    public Task WaitAsync(CancellationToken cancellationToken = default) => GetOutcomeAsync(cancellationToken);

    /// <summary>Tells what is known of the task now.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <exception cref="DetachedTaskNotFoundException">There is no such task, or its result is not kept any more.</exception>
    public async Task<DetachedTaskInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync(grain => grain.GetAsync(_id.Number, rendered: false), cancellationToken)).Task!;

    /// <summary>Requests that the task be cancelled. The request is durable; cleanup runs, and the task has ended only when awaiting it returns.</summary>
    /// <param name="message">Arrives as <see cref="ClusterTaskCanceledException.CancelMessage"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>Whether it was requested: <see langword="false"/> if the task had ended. A body may still swallow the request.</returns>
    /// <exception cref="DetachedTaskNotFoundException">There is no such task, or its result is not kept any more.</exception>
    public async Task<bool> CancelAsync(string? message = null, CancellationToken cancellationToken = default)
    {
        var cancel = new DetachedCancel(_id.Number, message, Guid.NewGuid());
        return (await CallAsync(grain => grain.CancelAsync(cancel), cancellationToken)).Status == DetachedStatus.Ok;
    }

    /// <summary>Drops the task's result before its time is over. From then on the task is not found.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>Whether it was dropped: <see langword="false"/> if the task has not ended.</returns>
    /// <exception cref="DetachedTaskNotFoundException">There is no such task, or its result is not kept any more.</exception>
    public async Task<bool> ForgetAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync(grain => grain.ForgetAsync(_id.Number), cancellationToken)).Status == DetachedStatus.Ok;

    /// <inheritdoc/>
    public override string ToString() => Id;

    internal Task<DetachedAnswer> CallAsync(Func<IDetachedTasksGrain, Task<DetachedAnswer>> call, CancellationToken cancellationToken) =>
        DetachedCalls.CallAsync(_loop, _id, call, cancellationToken);

    private protected async Task<(Serializer Serializer, byte[] Result)> GetOutcomeAsync(CancellationToken cancellationToken)
    {
        var wait = new DetachedWait(Id);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = WaitForEndAsync(wait, stop.Token);
        DetachedAnswer answer;
        try
        {
            answer = await (ClusterLoop.Current is { } current ? current.Watched(ended, wait) : ended);
        }
        finally
        {
            await stop.CancelAsync();
        }
        var serializer = _loop.Tasks.Serializer;
        return answer.Kind switch
        {
            OutcomeKind.Succeeded => (serializer, answer.Payload!),
            OutcomeKind.Canceled => throw new ClusterTaskCanceledException(serializer.Deserialize<string?>(answer.Payload!)),
            _ => throw serializer.Deserialize<TaskFailure>(answer.Payload!)!.ToException(serializer),
        };
    }

    private async Task<DetachedAnswer> WaitForEndAsync(DetachedWait wait, CancellationToken cancellationToken)
    {
        DetachedAnswer answer;
        do
        {
            answer = await DetachedCalls.CallAsync(_loop, _id, grain => grain.WaitAsync(_id.Number, rendered: false), cancellationToken, wait);
        }
        while (answer.Task!.EndedAt is null);
        return answer;
    }
}
