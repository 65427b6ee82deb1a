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
        if (_ended.TryTake() is { } ended) return ended;
        return await TaskLoopExtensions.AwaitAsync(_loop, async token =>
        {
            using var any = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken, _cancellationToken);
            var left = _timeout is { } limit ? TaskLoopExtensions.Positive(limit - _loop.Time.GetElapsedTime(_start)) : Timeout.InfiniteTimeSpan;
            var next = _ended.Next();
            try
            {
                return await next.WaitAsync(left, _loop.Time, any.Token);
            }
            // What has come at the same moment is taken.
            catch (Exception e) when ((e is TimeoutException or OperationCanceledException) && !_ended.TryGiveUp(next))
            {
                return await next;
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"The tasks were not all completed within {_timeout}.", e);
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
        private readonly Lock _gate = new();
        private readonly Queue<ClusterTask<TResult>> _ended = [];
        private readonly LinkedList<TaskCompletionSource<ClusterTask<TResult>>> _waiting = [];

        AwaitKind IAwaited.Kind => AwaitKind.AsCompleted;

        IReadOnlyCollection<OwnedTask> IAwaited.Tasks => tasks;

        bool IAwaited.IsBinding => false;

        public ClusterTask<TResult>? TryTake()
        {
            lock (_gate) return _ended.TryDequeue(out var ended) ? ended : null;
        }

        /// <summary>The next to end, for who asks first.</summary>
        public Task<ClusterTask<TResult>> Next()
        {
            lock (_gate)
            {
                if (_ended.TryDequeue(out var ended)) return Task.FromResult(ended);
                return _waiting.AddLast(new TaskCompletionSource<ClusterTask<TResult>>(TaskCreationOptions.RunContinuationsAsynchronously)).Value.Task;
            }
        }

        /// <summary>Waits no more, so that others get what ends; false if it was given something.</summary>
        public bool TryGiveUp(Task<ClusterTask<TResult>> next)
        {
            lock (_gate) return _waiting.FirstOrDefault(waiting => waiting.Task == next) is { } waiting && _waiting.Remove(waiting);
        }

        public void OnEnded(OwnedTask task)
        {
            TaskCompletionSource<ClusterTask<TResult>>? first;
            lock (_gate)
            {
                first = _waiting.First?.Value;
                if (first is null) _ended.Enqueue((ClusterTask<TResult>)task);
                else _waiting.RemoveFirst();
            }
            first?.SetResult((ClusterTask<TResult>)task);
        }
    }
}
