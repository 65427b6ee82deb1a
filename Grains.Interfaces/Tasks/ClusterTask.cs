using System.Runtime.CompilerServices;
using Orleans.Serialization;
using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>A coroutine that was started on an event loop of the cluster.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>asyncio.Task</c>. It starts at once and runs whether or not it is awaited; awaiting it in a coroutine is a cancel
/// point. Nobody can set its result from outside.</para>
/// <para><b>Cluster:</b> the handle belongs to the process, or coroutine, that created the task, and holds the coroutine until the outcome has
/// arrived. When the silo that runs it is lost, the task is started again elsewhere as its <see cref="TaskOptions"/> say.</para>
/// </remarks>
public abstract class ClusterTask : OwnedTask
{
    private protected ClusterTask(ClusterLoop owner, Coroutine coroutine, TaskOptions? options) : base(owner, coroutine, options) { }

    /// <summary>Gets the exception the task ended with; <see langword="null"/> if it has a result.</summary>
    /// <exception cref="InvalidOperationException">The task has not ended.</exception>
    /// <exception cref="ClusterTaskCanceledException">The task was cancelled.</exception>
    public Exception? Exception => !IsCompleted ? throw NotEnded() : IsCanceled ? throw Rethrowable() : RetrieveError();

    /// <summary>Requests that the task be cancelled. Cleanup runs on the silo; the task has ended only when awaiting it returns.</summary>
    /// <param name="message">Arrives as <see cref="ClusterTaskCanceledException.CancelMessage"/>.</param>
    /// <returns>Whether it was requested: <see langword="false"/> if the task had ended. A body may still swallow the request.</returns>
    public Task<bool> CancelAsync(string? message = null) => RequestCancelAsync(message);

    /// <summary>Waits for the end of the task; its exception or cancellation is thrown.</summary>
    public TaskAwaiter GetAwaiter() => WaitAsync().GetAwaiter();

    /// <summary>Returns the wait for the end of the task as a plain task, for libraries that take one.</summary>
    public Task AsTask() => WaitAsync();

    /// <summary>Has a callback called when the task has ended; at once, in a turn of its own, if it has.</summary>
    /// <param name="callback">Is given the task. What it throws is logged.</param>
    /// <remarks>
    /// <b>asyncio:</b> <c>Task.add_done_callback</c>: in the order added, in a copy of the context it was added in, outside any task. In a coroutine it runs
    /// in a turn of its loop, in a client on the thread pool.
    /// </remarks>
    public void AddDoneCallback(Action<ClusterTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        DoneCallbacks.Of(this).Add(this, callback);
    }

    /// <summary>Removes a callback that was not called yet, as often as it was added.</summary>
    /// <param name="callback">The callback.</param>
    /// <returns>How many were removed.</returns>
    public int RemoveDoneCallback(Action<ClusterTask> callback) => DoneCallbacks.Of(this).Remove(callback);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id}, {Coroutine!.GetType().Name}, {State}{(Cancelling > 0 && !IsCompleted ? ", cancelling" : "")})";

    private protected abstract Task WaitAsync();

    private protected InvalidOperationException NotEnded() => new($"Task {Id} has not ended: await it before reading its result.");

    /// <summary>The task's error as a new throw: the stack where it came from stays on it.</summary>
    private protected Exception Rethrowable() => Error is ClusterTaskCanceledException canceled ? new ClusterTaskCanceledException(canceled.CancelMessage) : RetrieveError()!;
}

/// <summary>A task of a coroutine that returns nothing.</summary>
internal sealed class ClusterTaskWithoutResult(ClusterLoop owner, Coroutine coroutine, TaskOptions? options) : ClusterTask(owner, coroutine, options)
{
    private protected override Task WaitAsync() => TaskCompletion<bool>.Wait(this, static _ => true);

    private protected override void SetResult(ReadOnlySpan<byte> payload, Serializer serializer) { }
}
