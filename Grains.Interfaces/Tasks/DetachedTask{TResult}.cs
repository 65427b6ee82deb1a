using System.Runtime.CompilerServices;
using OrleansAsync.Execution;
using OrleansAsync.Tasks.Detached;

namespace OrleansAsync.Tasks;

/// <summary>A durable task with a result.</summary>
/// <inheritdoc cref="DetachedTask" path="/remarks"/>
public sealed class DetachedTask<TResult> : DetachedTask
{
    internal DetachedTask(ClusterLoop loop, DetachedTaskId id) : base(loop, id) { }

    /// <summary>Waits for the result; the task's exception or cancellation is thrown.</summary>
    public new TaskAwaiter<TResult> GetAwaiter() => WaitAsync().GetAwaiter();

    /// <summary>Waits for the result; the task's exception or cancellation is thrown.</summary>
    /// <param name="cancellationToken">Ends the wait, not the task.</param>
    /// <exception cref="DetachedTaskNotFoundException">There is no such task, or its result is not kept any more.</exception>
    public new async Task<TResult> WaitAsync(CancellationToken cancellationToken = default)
    {
        var (serializer, result) = await GetOutcomeAsync(cancellationToken);
        return serializer.Deserialize<TResult>(result)!;
    }
}
