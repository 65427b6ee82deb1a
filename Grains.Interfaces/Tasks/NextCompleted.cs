using System.Runtime.CompilerServices;

namespace OrleansAsync.Tasks;

/// <summary>The next task to end, whichever that is: what <c>foreach</c> over <c>loop.AsCompleted</c> gives for each task.</summary>
/// <typeparam name="TResult">What the tasks return.</typeparam>
/// <remarks>
/// <b>asyncio:</b> what <c>for</c> over <c>as_completed</c> gives. No <see cref="Task"/>, as one cannot tell when it is awaited: of several of
/// these the first to be awaited gives the first completion, in whatever order they were handed out.
/// </remarks>
public sealed class NextCompleted<TResult>
{
    private readonly CompletedTasks<TResult> _tasks;
    private readonly Lock _gate = new();
    private Task<TResult>? _result;

    internal NextCompleted(CompletedTasks<TResult> tasks) => _tasks = tasks;

    /// <summary>Waits for the next task to end and returns its result; its exception or cancellation is thrown.</summary>
    public TaskAwaiter<TResult> GetAwaiter() => AsTask().GetAwaiter();

    /// <summary>Begins to wait, at the first call, and returns the wait as a plain task.</summary>
    /// <exception cref="TimeoutException">At its await: the timeout is over; the tasks left go on running.</exception>
    public Task<TResult> AsTask()
    {
        lock (_gate) return _result ??= ResultAsync();
    }

    private async Task<TResult> ResultAsync() => await await _tasks.NextAsync(default);
}
