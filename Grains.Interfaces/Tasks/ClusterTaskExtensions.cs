namespace OrleansAsync.Tasks;

/// <summary>Verbs of a single task.</summary>
public static class ClusterTaskExtensions
{
    /// <summary>Waits for a task, which is cancelled when the time is over.</summary>
    /// <param name="task">The task.</param>
    /// <param name="timeout">How long to wait; <see langword="null"/> is unlimited.</param>
    /// <exception cref="TimeoutException">The time was over. The task has ended its cleanup by then, which may take longer than the timeout.</exception>
    /// <remarks><b>asyncio:</b> <c>wait_for</c>. If the result and the timeout come together, the result wins.</remarks>
    public static Task<TResult> WaitForAsync<TResult>(this ClusterTask<TResult> task, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.IsCompleted ? task.AsTask() : task.Owner.TimeoutAsync(timeout, async _ => await task);
    }

    /// <inheritdoc cref="WaitForAsync{TResult}(ClusterTask{TResult}, TimeSpan?)"/>
    public static Task WaitForAsync(this ClusterTask task, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.IsCompleted ? task.AsTask() : task.Owner.TimeoutAsync(timeout, async _ => await task);
    }
}
