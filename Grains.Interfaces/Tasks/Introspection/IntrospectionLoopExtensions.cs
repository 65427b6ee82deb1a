using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Detached;

namespace OrleansAsync.Tasks.Introspection;

/// <summary>What runs on the cluster now: asyncio's <c>all_tasks</c>, <c>capture_call_graph</c>, and the cancelling of any task by its id.</summary>
public static class IntrospectionLoopExtensions
{
    private const int PageSize = 500;
    private const int MaxAwaited = 20;
    private const int MaxEdges = 200;

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(10);

    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Lists the live tasks of all loops of all silos, whoever owns them; detached ones too.</summary>
        /// <param name="within">Only this task and those below it; <see langword="null"/> for all.</param>
        /// <param name="onSilent">Is told of loops that did not answer, once for each silo; by default they are logged as warnings.</param>
        /// <param name="cancellationToken">Ends the listing.</param>
        /// <returns>The tasks, loop by loop, on each in the order in which it got them.</returns>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>all_tasks</c>.</para>
        /// <para><b>Cluster:</b> read page by page, so a million tasks need no memory for a million. It is no snapshot: tasks come and go
        /// meanwhile, but one that lives all the time on one loop is listed exactly once. Tasks that no loop has taken yet are only known to their owners.
        /// A silo that does not answer costs its own tasks, and a few seconds.</para>
        /// </remarks>
        public IAsyncEnumerable<ClusterTaskInfo> AllTasksAsync(string? within = null, Action<SilentLoop>? onSilent = null, CancellationToken cancellationToken = default) =>
            new LoopSurvey(ClusterLoop.From(loop), onSilent, cancellationToken).ListAsync(within, PageSize, MaxAwaited);

        /// <summary>Gets who awaits whom: of all live tasks, or of one task, those below it, and those that created it or wait for it.</summary>
        /// <param name="taskId">The task; <see langword="null"/> for all.</param>
        /// <param name="maxTasks">How many tasks are kept at most; 1 or more.</param>
        /// <param name="onSilent">Is told of loops that did not answer, once for each silo; by default they are logged as warnings.</param>
        /// <param name="cancellationToken">Ends the listing.</param>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>capture_call_graph</c>, and <c>print_call_graph</c> by <see cref="ClusterCallGraph.ToString()"/>. Edges of as_completed are there, too.</para>
        /// <para><b>Cluster:</b> put together from the answers of all loops, which are of slightly different moments.</para>
        /// </remarks>
        public async Task<ClusterCallGraph> GetCallGraphAsync(
            string? taskId = null, int maxTasks = 100_000, Action<SilentLoop>? onSilent = null, CancellationToken cancellationToken = default)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(maxTasks, 1);
            List<ClusterTaskInfo> tasks = [];
            var isTruncated = false;
            await foreach (var task in new LoopSurvey(ClusterLoop.From(loop), onSilent, cancellationToken).ListAsync(null, PageSize, MaxEdges))
            {
                if (isTruncated = tasks.Count == maxTasks) break;
                tasks.Add(task);
            }
            return new ClusterCallGraph(tasks, isTruncated).Around(taskId);
        }

        /// <summary>Gets the event loops of the cluster: their counts, and how far they are behind.</summary>
        /// <param name="onSilent">Is told of loops that did not answer, once for each silo; by default they are logged as warnings.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        public async Task<IReadOnlyList<ClusterLoopInfo>> GetLoopsAsync(Action<SilentLoop>? onSilent = null, CancellationToken cancellationToken = default)
        {
            List<ClusterLoopInfo> loops = [];
            await foreach (var (_, info) in new LoopSurvey(ClusterLoop.From(loop), onSilent, cancellationToken).AskAllAsync(grain => grain.GetInfoAsync())) loops.Add(info);
            return loops;
        }

        /// <summary>Requests that a task be cancelled of which only the id is known, whoever owns it.</summary>
        /// <param name="taskId">The id, as <c>AllTasksAsync</c> or <c>oa ps</c> gives it.</param>
        /// <param name="message">Arrives as <see cref="ClusterTaskCanceledException.CancelMessage"/>.</param>
        /// <param name="waitForEnd">Whether to return only when the task has ended, its cleanup included; a body that swallows the cancel may go on for long.</param>
        /// <param name="onSilent">Is told of loops that did not answer, once for each silo; by default they are logged as warnings.</param>
        /// <param name="cancellationToken">Ends the wait; what was requested stays requested.</param>
        /// <returns>Whether it was requested: <see langword="false"/> if no loop that answered has a live task of that id.</returns>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>task.cancel()</c>; its owner sees a cancelled task.</para>
        /// <para><b>Cluster:</b> of a detached task the request is durable. Any other is lost with the silo, if that is lost before the task has
        /// ended: the task then starts again elsewhere.</para>
        /// </remarks>
        public async Task<bool> CancelTaskAsync(
            string taskId, string? message = null, bool waitForEnd = false, Action<SilentLoop>? onSilent = null, CancellationToken cancellationToken = default)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(taskId);
            if (DetachedTaskId.TryParse(taskId) is not null) return await CancelDetachedAsync(loop.GetDetachedTask(taskId), message, waitForEnd, cancellationToken);
            var request = new CancelById(taskId, message, Guid.NewGuid(), TimeSpan.Zero);
            var survey = new LoopSurvey(ClusterLoop.From(loop), onSilent, cancellationToken);
            var found = false;
            await foreach (var (key, reply) in survey.AskAllAsync(grain => grain.CancelByIdAsync(request)))
            {
                if (reply == CancelByIdReply.NotHere) continue;
                found = true;
                for (var state = reply; waitForEnd && state == CancelByIdReply.Requested;)
                {
                    // The loop may be lost meanwhile, and the task with it.
                    state = await survey.AskOneAsync(key, grain => grain.CancelByIdAsync(request with { Wait = Slice })) ?? CancelByIdReply.Ended;
                }
            }
            return found;
        }
    }

    private static async Task<bool> CancelDetachedAsync(DetachedTask task, string? message, bool waitForEnd, CancellationToken cancellationToken)
    {
        try
        {
            if (!await task.CancelAsync(message, cancellationToken)) return false;
            if (waitForEnd)
            {
                await task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                cancellationToken.ThrowIfCancellationRequested();
            }
            return true;
        }
        catch (DetachedTaskNotFoundException)
        {
            return false;
        }
    }
}
