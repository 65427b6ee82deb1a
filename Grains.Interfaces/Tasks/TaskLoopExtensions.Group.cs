using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <content><c>TaskGroup</c>.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Runs a block with a group of tasks, and returns when the block and all tasks of the group have ended.</summary>
        /// <param name="body">The block: it starts tasks in the group it is given. The first failure of a task cancels it and the other tasks.</param>
        /// <exception cref="TaskGroupException">The block or tasks of the group failed; it has all their exceptions, and no cancellations.</exception>
        /// <exception cref="ClusterTaskCanceledException">The caller was cancelled; all tasks were, too, and none failed in its cleanup.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>async with TaskGroup()</c>. A task that is cancelled by itself neither fails nor cancels the group.</para>
        /// <para><b>C#:</b> it takes a delegate, because <c>DisposeAsync</c> cannot see how its block ended.</para>
        /// <para><b>Cluster:</b> the tasks run on all loops of the cluster; the call returns after their cleanup there.</para>
        /// </remarks>
        public async Task TaskGroupAsync(Func<ClusterTaskGroup, Task> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            await NewGroup(loop).RunAsync(
                async group =>
                {
                    await body(group);
                    return true;
                },
                needsResult: false);
        }

        /// <summary>Runs a group of tasks, and returns when all have ended.</summary>
        /// <param name="body">Starts the tasks.</param>
        /// <inheritdoc cref="TaskGroupAsync(IClusterLoop, Func{ClusterTaskGroup, Task})" path="/exception|/remarks"/>
        public async Task TaskGroupAsync(Action<ClusterTaskGroup> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            await loop.TaskGroupAsync(group =>
            {
                body(group);
                return Task.CompletedTask;
            });
        }

        /// <summary>Runs a block with a group of tasks, and returns its result when all tasks of the group have ended.</summary>
        /// <returns>What the block returned. If <see cref="ClusterTaskGroup.Cancel"/> ended the block before, there is no result, and its cancellation is thrown.</returns>
        /// <inheritdoc cref="TaskGroupAsync(IClusterLoop, Func{ClusterTaskGroup, Task})" path="/param|/exception|/remarks"/>
        public Task<TResult> TaskGroupAsync<TResult>(Func<ClusterTaskGroup, Task<TResult>> body)
        {
            ArgumentNullException.ThrowIfNull(body);
            return NewGroup(loop).RunAsync(body, needsResult: true);
        }
    }

    private static ClusterTaskGroup NewGroup(IClusterLoop loop) => new(new LoopScope(Waiter(loop), ClusterLoop.From(loop), AwaitKind.Group));
}
