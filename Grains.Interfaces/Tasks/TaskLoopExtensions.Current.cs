using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <content><c>current_task</c> and debug mode.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Gets the task that runs this code; <see langword="null"/> outside a coroutine.</summary>
        /// <remarks><b>asyncio:</b> <c>current_task</c>. It is right after every await, in blocks of timeouts and groups, too.</remarks>
        public CurrentTask? CurrentTask => Waiter(loop)?.Root is { TaskId: not null } task ? new(task) : null;

        /// <summary>Gets whether debug mode is on for the code that asks: in a coroutine, for its task.</summary>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>loop.get_debug()</c>. It is switched on where tasks are created or run, and handed down from a task to those it
        /// creates: <c>EventLoopOptions.Debug</c> on a silo, <c>ORLEANSASYNC_DEBUG=1</c> in the environment of a client.</para>
        /// <para><b>Cluster:</b> a task knows where it was created, turns that take too long are reported with their task, and so are coroutines that
        /// were created and never started. It costs a stack trace for each task.</para>
        /// </remarks>
        public bool IsDebug => (Waiter(loop) ?? ClusterLoop.From(loop)).IsDebug;
    }
}
