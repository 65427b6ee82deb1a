using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <content><c>shield</c>.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Waits for a task and keeps a cancel of the waiter from it.</summary>
        /// <param name="task">The task.</param>
        /// <returns>Its result; its exception or cancellation is thrown.</returns>
        /// <exception cref="ClusterTaskCanceledException">The waiter was cancelled, and the task goes on; or the task was.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>shield</c>. A task that fails after its waiter was cancelled is reported: in the log of the waiter's process.</para>
        /// <para><b>Cluster:</b> no reference need be kept for the task to go on. It ends with its run and its owner like any other; what is to go on
        /// beyond them is a detached task.</para>
        /// </remarks>
        public Task<TResult> ShieldAsync<TResult>(ClusterTask<TResult> task)
        {
            ArgumentNullException.ThrowIfNull(task);
            return ShieldAsync(loop, TaskCompletion<TResult>.Of(task, static ended => ((ClusterTask<TResult>)ended).Result), task.Describe, new Shielded(task));
        }

        /// <inheritdoc cref="ShieldAsync{TResult}(IClusterLoop, ClusterTask{TResult})"/>
        public Task ShieldAsync(ClusterTask task)
        {
            ArgumentNullException.ThrowIfNull(task);
            return ShieldAsync(loop, TaskCompletion<bool>.Of(task, static _ => true), task.Describe, new Shielded(task));
        }

        /// <summary>Runs a coroutine and keeps a cancel of the waiter from it.</summary>
        /// <param name="coroutine">The call to run.</param>
        /// <inheritdoc cref="ShieldAsync{TResult}(IClusterLoop, ClusterTask{TResult})" path="/returns|/exception|/remarks"/>
        public Task<TResult> ShieldAsync<TResult>(Coroutine<TResult> coroutine) => loop.ShieldAsync(loop.CreateTask(coroutine));

        /// <inheritdoc cref="ShieldAsync{TResult}(IClusterLoop, Coroutine{TResult})"/>
        public Task ShieldAsync(Coroutine coroutine) => loop.ShieldAsync(loop.CreateTask(coroutine));

        /// <summary>Waits for a plain task, such as a grain call, as a cancel point of the running task.</summary>
        /// <param name="task">The task. Nothing here could cancel it.</param>
        /// <returns>Its result; its exception is thrown.</returns>
        /// <exception cref="ClusterTaskCanceledException">The waiter was cancelled; the task goes on.</exception>
        /// <remarks><b>asyncio:</b> <c>shield</c> of a future. A task that fails after its waiter was cancelled is reported in the log.</remarks>
        public Task<TResult> ShieldAsync<TResult>(Task<TResult> task)
        {
            ArgumentNullException.ThrowIfNull(task);
            return ShieldAsync(loop, task, static () => "(a plain one)", null);
        }

        /// <inheritdoc cref="ShieldAsync{TResult}(IClusterLoop, Task{TResult})"/>
        public Task ShieldAsync(Task task)
        {
            ArgumentNullException.ThrowIfNull(task);
            return loop.ShieldAsync(WithResultAsync(task));
        }
    }

    private static async Task<TResult> ShieldAsync<TResult>(IClusterLoop loop, Task<TResult> task, Func<string> describe, Shielded? shielded)
    {
        // One that has ended is no cancel point, as in asyncio.
        if (task.IsCompleted || Waiter(loop) is not { } waiter) return await task;
        try
        {
            if (shielded is null) return await waiter.WaitAsync(token => task.WaitAsync(token), WaitKind.Outside);
            var wait = waiter.Watched(task, shielded);
            return await waiter.WaitAsync(token => wait.WaitAsync(token), shielded);
        }
        catch (OperationCanceledException)
        {
            _ = ReportAsync(ClusterLoop.From(loop).Tasks.Logger, task, describe);
            throw;
        }
    }

    private static async Task ReportAsync(ILogger logger, Task task, Func<string> describe)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (task.Exception?.InnerException is { } error and not OperationCanceledException) LogShielded(logger, describe(), error);
    }

    private static async Task<bool> WithResultAsync(Task task)
    {
        await task;
        return true;
    }

    private sealed class Shielded(ClusterTask task) : IAwaited
    {
        AwaitKind IAwaited.Kind => AwaitKind.Shield;

        IReadOnlyCollection<OwnedTask> IAwaited.Tasks => [task];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Shielded task {Task} failed after whoever waited for it was cancelled.")]
    private static partial void LogShielded(ILogger logger, string task, Exception exception);
}
