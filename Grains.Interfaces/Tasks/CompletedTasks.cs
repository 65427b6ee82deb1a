using System.Threading.Channels;
using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>Tasks as they end: what <c>loop.AsCompleted</c> returns.</summary>
/// <typeparam name="TResult">What the tasks return.</typeparam>
/// <remarks>
/// <b>asyncio:</b> the iterator of <c>as_completed</c>: for <c>async for</c>, which hands back the tasks themselves, and for <c>for</c>, which gives
/// something to await for each. Both may be mixed; every task is handed out once.
/// </remarks>
public sealed class CompletedTasks<TResult> : IAsyncEnumerable<ClusterTask<TResult>>
{
    private readonly IClusterLoop _loop;
    private readonly TimeSpan? _timeout;
    private readonly CancellationToken _cancellationToken;
    private readonly long _start;
    private readonly EndedTasks _ended;
    private int _left;

    internal CompletedTasks(IClusterLoop loop, HashSet<ClusterTask<TResult>> tasks, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        (_loop, _timeout, _cancellationToken, _left, _start) = (loop, timeout, cancellationToken, tasks.Count, loop.Time.GetTimestamp());
        _ended = new(tasks);
        foreach (var task in tasks) task.Observe(_ended);
    }

    /// <summary>Hands back the tasks in order of completion.</summary>
    /// <param name="cancellationToken">Ends the stream; the tasks go on.</param>
    /// <exception cref="TimeoutException">The timeout is over; the tasks left go on running.</exception>
    public async IAsyncEnumerator<ClusterTask<TResult>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (TryTake()) yield return await NextAsync(cancellationToken);
    }

    /// <summary>Gives something to await for each task, without waiting: for <c>foreach</c> and collection expressions.</summary>
    /// <remarks>There is no <see cref="IEnumerable{T}"/>, as a query over both kinds of stream would be ambiguous.</remarks>
    public IEnumerator<NextCompleted<TResult>> GetEnumerator()
    {
        while (TryTake()) yield return new NextCompleted<TResult>(this);
    }

    internal async Task<ClusterTask<TResult>> NextAsync(CancellationToken cancellationToken)
    {
        if (_ended.Reader.TryRead(out var next)) return next;
        return await TaskLoopExtensions.AwaitAsync(_loop, async token =>
        {
            using var any = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken, _cancellationToken);
            var read = _ended.Reader.ReadAsync(any.Token).AsTask();
            if (_timeout is not { } limit) return await read;
            try
            {
                return await read.WaitAsync(TaskLoopExtensions.Positive(limit - _loop.Time.GetElapsedTime(_start)), _loop.Time, any.Token);
            }
            catch (TimeoutException e)
            {
                // The read must not take what somebody else will wait for; what it has taken is given.
                await any.CancelAsync();
                await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                if (read.IsCompletedSuccessfully) return await read;
                throw new TimeoutException($"The tasks were not all completed within {limit}.", e);
            }
        }, _ended);
    }

    private bool TryTake()
    {
        if (Interlocked.Decrement(ref _left) >= 0) return true;
        Volatile.Write(ref _left, 0);
        return false;
    }

    private sealed class EndedTasks(IReadOnlyCollection<OwnedTask> tasks) : ITaskObserver, IAwaited
    {
        private readonly Channel<ClusterTask<TResult>> _channel = Channel.CreateUnbounded<ClusterTask<TResult>>();

        public ChannelReader<ClusterTask<TResult>> Reader => _channel.Reader;

        AwaitKind IAwaited.Kind => AwaitKind.AsCompleted;

        IReadOnlyCollection<OwnedTask> IAwaited.Tasks => tasks;

        bool IAwaited.IsBinding => false;

        public void OnEnded(OwnedTask task) => _channel.Writer.TryWrite((ClusterTask<TResult>)task);
    }
}
