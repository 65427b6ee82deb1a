using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <content><c>timeout</c> and <c>wait_for</c>.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>
        /// Gets how much is left of the timeouts around the caller: those of its own blocks, and those in whose blocks its task and the tasks
        /// above it were created. <see langword="null"/> without a limit, zero when one is over.
        /// </summary>
        /// <remarks>
        /// <para><b>asyncio:</b> has none. It only informs, for instance the timeout of an HTTP request; what cancels is the block of the timeout.</para>
        /// <para><b>Cluster:</b> it travels as remaining time, read when the task is sent, and runs down on the monotonic clock of the receiver:
        /// clocks that differ do not matter, the time on the way is not counted. A limit that is rescheduled later is not told to tasks already sent.</para>
        /// </remarks>
        public TimeSpan? TimeLeft => Innermost(loop).Remaining;

        /// <summary>Runs a block that is cancelled when its time is over.</summary>
        /// <param name="limit">How long the block may take; <see langword="null"/> is unlimited, zero or less ends it at its first cancel point.</param>
        /// <param name="body">
        /// The block. What it awaits by verbs and handles of the loop is interrupted; a task it awaits is cancelled. Its argument tells what is left
        /// and takes another limit.
        /// </param>
        /// <exception cref="TimeoutException">The time was over. What was cancelled has ended its cleanup by then.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>async with timeout(…)</c>. Only the block's own cancel becomes a timeout; one from outside stays a cancel, and
        /// another exception passes unchanged: <see cref="ITimeoutScope.IsExpired"/> then still tells.</para>
        /// <para><b>C#:</b> it takes a delegate, because <c>DisposeAsync</c> cannot see how its block ended.</para>
        /// </remarks>
        public async Task TimeoutAsync(TimeSpan? limit, Func<ITimeoutScope, Task> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            await loop.TimeoutAsync(limit, async scope =>
            {
                await body(scope);
                return true;
            });
        }

        /// <inheritdoc cref="TimeoutAsync(IClusterLoop, TimeSpan?, Func{ITimeoutScope, Task})"/>
        public Task<TResult> TimeoutAsync<TResult>(TimeSpan? limit, Func<ITimeoutScope, Task<TResult>> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            return new TimeoutScope(Waiter(loop), ClusterLoop.From(loop)).RunAsync(limit, body);
        }

        /// <summary>Runs a coroutine that is cancelled when its time is over.</summary>
        /// <param name="coroutine">The call to run. With a timeout of zero or less it never starts.</param>
        /// <param name="timeout">How long it may take; <see langword="null"/> is unlimited.</param>
        /// <exception cref="TimeoutException">The time was over. The coroutine has ended its cleanup by then, which may take longer than the timeout.</exception>
        /// <remarks><b>asyncio:</b> <c>wait_for</c>. If the result and the timeout come together, the result wins.</remarks>
        public async Task<TResult> WaitForAsync<TResult>(Coroutine<TResult> coroutine, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            ThrowIfOver(coroutine.GetType().Name, timeout);
            return await loop.CreateTask(coroutine).WaitForAsync(timeout);
        }

        /// <inheritdoc cref="WaitForAsync{TResult}(IClusterLoop, Coroutine{TResult}, TimeSpan?)"/>
        public async Task WaitForAsync(Coroutine coroutine, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            ThrowIfOver(coroutine.GetType().Name, timeout);
            await loop.CreateTask(coroutine).WaitForAsync(timeout);
        }

        /// <inheritdoc cref="ClusterTaskExtensions.WaitForAsync{TResult}"/>
        public Task<TResult> WaitForAsync<TResult>(ClusterTask<TResult> task, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(task);
            return task.WaitForAsync(timeout);
        }

        /// <inheritdoc cref="ClusterTaskExtensions.WaitForAsync(ClusterTask, TimeSpan?)"/>
        public Task WaitForAsync(ClusterTask task, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(task);
            return task.WaitForAsync(timeout);
        }

        /// <summary>Awaits any operation that takes a token, such as a grain call or a request, and cancels it when its time is over.</summary>
        /// <param name="operation">The operation; its token fires when the time is over, or the running task is cancelled. With a timeout of zero or less it never starts.</param>
        /// <param name="timeout">How long it may take; <see langword="null"/> is unlimited.</param>
        /// <exception cref="TimeoutException">The time was over. The operation has ended by then, which may take longer than the timeout.</exception>
        /// <remarks><b>asyncio:</b> <c>wait_for</c> of a future. If the result and the timeout come together, the result wins.</remarks>
        public async Task<TResult> WaitForAsync<TResult>(Func<CancellationToken, Task<TResult>> operation, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(operation);
            ThrowIfOver("The operation", timeout);
            return await loop.TimeoutAsync(timeout, scope => scope.Await(operation));
        }

        /// <inheritdoc cref="WaitForAsync{TResult}(IClusterLoop, Func{CancellationToken, Task{TResult}}, TimeSpan?)"/>
        public async Task WaitForAsync(Func<CancellationToken, Task> operation, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(operation);
            ThrowIfOver("The operation", timeout);
            await loop.TimeoutAsync(timeout, scope => scope.Await(operation));
        }
    }

    private static void ThrowIfOver(string what, TimeSpan? timeout)
    {
        if (timeout <= TimeSpan.Zero) throw new TimeoutException($"{what} was not started: its timeout of {timeout} was over before.");
    }

    /// <summary>The block the caller runs in, if it is one on this loop.</summary>
    private static ClusterLoop Innermost(IClusterLoop loop)
    {
        var own = ClusterLoop.From(loop);
        return ClusterLoop.Current is LoopScope scope && scope.Root == own.Root ? scope : own;
    }
}
