using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <content><c>timeout</c> and <c>wait_for</c>.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Runs a block that is cancelled when its time is over.</summary>
        /// <param name="limit">How long the block may take; <see langword="null"/> is unlimited, zero or less ends it at its first cancel point.</param>
        /// <param name="body">The block. What it awaits by verbs and handles of the loop is interrupted; a task it awaits is cancelled.</param>
        /// <exception cref="TimeoutException">The time was over. What was cancelled has ended its cleanup by then.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>async with timeout(…)</c>. Only the block's own cancel becomes a timeout; one from outside stays a cancel.</para>
        /// <para><b>C#:</b> it takes a delegate, because <c>DisposeAsync</c> cannot see how its block ended.</para>
        /// </remarks>
        public async Task TimeoutAsync(TimeSpan? limit, Func<IClusterLoop, Task> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            await loop.TimeoutAsync(limit, async scope =>
            {
                await body(scope);
                return true;
            });
        }

        /// <inheritdoc cref="TimeoutAsync(IClusterLoop, TimeSpan?, Func{IClusterLoop, Task})"/>
        public async Task<TResult> TimeoutAsync<TResult>(TimeSpan? limit, Func<IClusterLoop, Task<TResult>> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            var outer = Waiter(loop);
            var scope = (outer ?? ClusterLoop.From(loop)).NewScope(hasTimeLimit: true);
            using var stop = new CancellationTokenSource();
            var expired = false;
            var watch = limit is { } time ? CancelAfterAsync(time) : Task.CompletedTask;
            var block = RunBlockAsync();
            return outer is null ? await block : await outer.WaitAsync(block, new AwaitedBlock(scope, AwaitKind.Timeout, PassOnAsync).CancelAsync, WaitKind.Block);

            async Task<TResult> RunBlockAsync()
            {
                try
                {
                    ClusterLoop.Current = scope;
                    var result = await body(scope);
                    await EndWatchAsync();
                    return result;
                }
                catch (OperationCanceledException e)
                {
                    if (await EndWatchAsync() <= 0 && expired) throw new TimeoutException($"The block took longer than its limit of {limit}.", e);
                    throw;
                }
                catch
                {
                    await EndWatchAsync();
                    throw;
                }
            }

            // A cancel from outside interrupts what the block awaits, like its own; it has come through if somebody there saw it.
            async Task<bool> PassOnAsync(string? message)
            {
                if (!scope.Cancel(message)) return false;
                await ((Task)block).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                return !scope.HasUnseenCancel(out _);
            }

            async Task CancelAfterAsync(TimeSpan time)
            {
                if (time > TimeSpan.Zero) await Task.Delay(time, loop.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                if (stop.IsCancellationRequested) return;
                expired = true;
                scope.Cancel(null);
            }

            // Takes the block's own cancel back; what is left came from outside.
            async Task<int> EndWatchAsync()
            {
                await stop.CancelAsync();
                await watch;
                scope.End();
                return expired ? scope.Uncancel() : scope.Cancelling;
            }
        }

        /// <summary>Runs a coroutine that is cancelled when its time is over.</summary>
        /// <param name="coroutine">The call to run. With a timeout of zero or less it never starts.</param>
        /// <param name="timeout">How long it may take; <see langword="null"/> is unlimited.</param>
        /// <exception cref="TimeoutException">The time was over. The coroutine has ended its cleanup by then, which may take longer than the timeout.</exception>
        /// <remarks><b>asyncio:</b> <c>wait_for</c>. If the result and the timeout come together, the result wins.</remarks>
        public async Task<TResult> WaitForAsync<TResult>(Coroutine<TResult> coroutine, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            if (timeout <= TimeSpan.Zero) throw new TimeoutException($"{coroutine.GetType().Name} was not started: its timeout of {timeout} was over before.");
            return await loop.CreateTask(coroutine).WaitForAsync(timeout);
        }

        /// <inheritdoc cref="ClusterTaskExtensions.WaitForAsync{TResult}"/>
        public Task<TResult> WaitForAsync<TResult>(ClusterTask<TResult> task, TimeSpan? timeout)
        {
            ArgumentNullException.ThrowIfNull(task);
            return task.WaitForAsync(timeout);
        }
    }
}
