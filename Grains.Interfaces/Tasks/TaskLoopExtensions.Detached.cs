using OrleansAsync.Execution;
using OrleansAsync.Tasks.Detached;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks;

/// <content>Durable tasks.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Stores a coroutine in the cluster's store and starts it as a task that no process owns.</summary>
        /// <param name="coroutine">The call to run.</param>
        /// <param name="options">Its name, what becomes of it when its silo is lost, and how long its result is kept.</param>
        /// <param name="cancellationToken">Ends the wait for the store; the task may have been created nevertheless.</param>
        /// <returns>The handle, once the task is durable: whatever dies from here on, the task is run.</returns>
        /// <exception cref="InvalidOperationException">The cluster has no store.</exception>
        /// <exception cref="UnserializableException">The coroutine cannot travel.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> has no counterpart. It is not cancelled with its creator, with a run, or with whoever awaits it.</para>
        /// <para><b>Cluster:</b> repeated until the cluster answers; a repeated message creates no second task. The tasks are driven by 32 grains that a
        /// reminder brings back; each runs its tasks on its own silo. Needs a store: every silo process and embedded cluster has one.</para>
        /// </remarks>
        public async Task<DetachedTask<TResult>> CreateDetachedTaskAsync<TResult>(
            Coroutine<TResult> coroutine, DetachedTaskOptions? options = null, CancellationToken cancellationToken = default) =>
            new(ClusterLoop.From(loop), await CreateDetachedAsync(loop, coroutine, options, cancellationToken));

        /// <inheritdoc cref="CreateDetachedTaskAsync{TResult}"/>
        public async Task<DetachedTask> CreateDetachedTaskAsync(
            Coroutine coroutine, DetachedTaskOptions? options = null, CancellationToken cancellationToken = default) =>
            new(ClusterLoop.From(loop), await CreateDetachedAsync(loop, coroutine, options, cancellationToken));

        /// <summary>Gives the handle of a detached task that any process created at any time; whether there is one shows at the first call.</summary>
        /// <param name="id">Its id.</param>
        /// <exception cref="ArgumentException">That is no id of a detached task.</exception>
        public DetachedTask<TResult> GetDetachedTask<TResult>(string id) => new(ClusterLoop.From(loop), ParseDetached(id));

        /// <inheritdoc cref="GetDetachedTask{TResult}"/>
        public DetachedTask GetDetachedTask(string id) => new(ClusterLoop.From(loop), ParseDetached(id));
    }

    private static DetachedTaskId ParseDetached(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return DetachedTaskId.TryParse(id) ?? throw new ArgumentException($"'{id}' is no id of a detached task, such as d07.4503599627370.", nameof(id));
    }

    private static async Task<DetachedTaskId> CreateDetachedAsync(IClusterLoop loop, Coroutine coroutine, DetachedTaskOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(coroutine);
        options ??= new();
        var (own, id) = (ClusterLoop.From(loop), DetachedTaskId.New());
        var start = new DetachedStart(
            id.Number, CoroutineName.Of(coroutine.GetType()), Serialize(own, coroutine), options.Name, options.OnLoss == OnLoss.Fail, options.MaxRestarts, options.Retention);
        await DetachedCalls.CallAsync(own, id, grain => grain.CreateAsync(start), cancellationToken);
        return id;
    }

    private static byte[] Serialize(ClusterLoop loop, Coroutine coroutine)
    {
        try
        {
            return loop.Tasks.Serializer.SerializeToArray(coroutine);
        }
#pragma warning disable CA1031 // whatever a codec throws
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new UnserializableException($"Coroutine {coroutine.GetType()} cannot be serialized: {e.Message} Give every level of the record [GenerateSerializer] and [Alias].", e);
        }
    }
}
