using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Orleans.Serialization;
using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>A coroutine with a result that was started on an event loop of the cluster.</summary>
/// <inheritdoc cref="ClusterTask" path="/remarks"/>
public sealed class ClusterTask<TResult> : ClusterTask
{
    private TResult? _result;

    internal ClusterTask(ClusterLoop owner, Coroutine coroutine, TaskOptions? options) : base(owner, coroutine, options) { }

    /// <summary>Gets the result of a task that has ended.</summary>
    /// <exception cref="InvalidOperationException">The task has not ended: asyncio's <c>InvalidStateError</c>.</exception>
    /// <exception cref="ClusterTaskCanceledException">The task was cancelled.</exception>
    public TResult Result
    {
        get
        {
            if (!IsCompleted) throw NotEnded();
            if (Error is not null) ExceptionDispatchInfo.Throw(Rethrowable());
            return _result!;
        }
    }

    /// <summary>Gets how the task ended, as a value.</summary>
    /// <exception cref="InvalidOperationException">The task has not ended.</exception>
    public Outcome<TResult> Outcome => !IsCompleted ? throw NotEnded() : Error is null ? new(_result!) : new(Rethrowable());

    /// <summary>Waits for the result; the task's exception or cancellation is thrown.</summary>
    public new TaskAwaiter<TResult> GetAwaiter() => AsTask().GetAwaiter();

    /// <summary>Returns the wait for the result as a plain task, for libraries that take one.</summary>
    public new Task<TResult> AsTask() => TaskCompletion<TResult>.Wait(this, static task => ((ClusterTask<TResult>)task)._result!);

    private protected override Task WaitAsync() => AsTask();

    private protected override void SetResult(ReadOnlySpan<byte> payload, Serializer serializer) => _result = serializer.Deserialize<TResult>(payload);
}
