using OrleansAsync.Tasks;

namespace OrleansAsync.Execution;

/// <summary>asyncio's verb for code that blocks.</summary>
public static class ExecutorLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Runs a call that blocks, on a thread or in a child process of some silo, and waits for its result.</summary>
        /// <param name="coroutine">The call. Its body says where it runs: <see cref="BlockingBody{TCoroutine, TResult}"/> or <see cref="ProcessBody{TCoroutine, TResult}"/>.</param>
        /// <param name="options">Its name, and what becomes of it when its silo is lost.</param>
        /// <param name="cancellationToken">Cancels the call.</param>
        /// <exception cref="ClusterTaskCanceledException">The call, or the task that waits for it, was cancelled.</exception>
        /// <exception cref="InvalidOperationException">The coroutine's body runs on its loop: <c>CreateTask</c> is its verb.</exception>
        /// <exception cref="WorkerProcessException">The child process ended before it had a result.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>await loop.run_in_executor(executor, f)</c>, <c>await to_thread(f)</c>; a cancel point. For the handle of a call use
        /// <c>CreateTask</c>, which takes such coroutines as any other.</para>
        /// <para><b>Cluster:</b> a task as any other; silos are taken in turn. What a cancel does to a call that runs: see the two kinds of bodies.</para>
        /// </remarks>
        public async Task<TResult> RunInExecutorAsync<TResult>(Coroutine<TResult> coroutine, TaskOptions? options = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            var task = loop.CreateTask(coroutine, InExecutor(options));
            await using var registration = cancellationToken.Register(() => _ = task.CancelAsync());
            return await task;
        }

        /// <inheritdoc cref="RunInExecutorAsync{TResult}"/>
        public async Task RunInExecutorAsync(Coroutine coroutine, TaskOptions? options = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            var task = loop.CreateTask(coroutine, InExecutor(options));
            await using var registration = cancellationToken.Register(() => _ = task.CancelAsync());
            await task;
        }
    }

    private static TaskOptions InExecutor(TaskOptions? options) => (options ?? TaskOptions.Default) with { IsInExecutor = true };
}
