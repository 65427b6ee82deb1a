using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <content><c>wait</c> and <c>as_completed</c>.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Waits until some or all tasks have ended. Never throws their exceptions.</summary>
        /// <param name="tasks">The tasks; one or more, duplicates count once.</param>
        /// <param name="timeout">How long to wait at most; <see langword="null"/> is unlimited. When it is over, nothing is thrown or cancelled.</param>
        /// <param name="returnWhen">What to wait for.</param>
        /// <param name="cancellationToken">Ends the wait; the tasks go on.</param>
        /// <exception cref="ArgumentException">There are no tasks.</exception>
        /// <remarks><b>asyncio:</b> <c>wait</c>.</remarks>
        public async Task<WaitResult<TTask>> WaitAsync<TTask>(
            IEnumerable<TTask> tasks,
            TimeSpan? timeout = null,
            ReturnWhen returnWhen = ReturnWhen.AllCompleted,
            CancellationToken cancellationToken = default)
            where TTask : ClusterTask
        {
            ArgumentNullException.ThrowIfNull(tasks);
            if (!Enum.IsDefined(returnWhen)) throw new ArgumentOutOfRangeException(nameof(returnWhen), returnWhen, "Choose one of the values of ReturnWhen.");
            HashSet<TTask> all = [.. tasks];
            if (all.Count == 0) throw new ArgumentException("Waiting needs at least one task.", nameof(tasks));
            if (all.Contains(null!)) throw new ArgumentException("One of the tasks is null.", nameof(tasks));
            var wait = new SomeEnded(all, returnWhen, timeout is not null);
            foreach (var task in all) task.Observe(wait);
            var time = loop.Time;
            try
            {
                await AwaitAsync(loop, async token =>
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
                    Task ended = Watched(wait.Task, wait).WaitAsync(timeout is { } limit ? Positive(limit) : Timeout.InfiniteTimeSpan, time, either.Token);
                    await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                    either.Token.ThrowIfCancellationRequested();
                    // What has failed is the wait itself: it was one of a cycle.
                    if (ended.IsFaulted && ended.Exception.InnerException is InvalidOperationException cycle) throw cycle;
                    return true;
                }, wait);
            }
            finally
            {
                // A task that is waited for again and again must not remember each wait.
                foreach (var task in all) task.Forget(wait);
            }
            var done = all.Where(task => task.IsCompleted).ToHashSet();
            return new(done, all.Where(task => !done.Contains(task)).ToHashSet());
        }

        /// <summary>Hands back tasks as they end.</summary>
        /// <param name="tasks">The tasks; duplicates count once.</param>
        /// <param name="timeout">How long all of them may take; <see langword="null"/> is unlimited.</param>
        /// <param name="cancellationToken">Ends the stream; the tasks go on.</param>
        /// <returns>
        /// By <c>await foreach</c> the very tasks given, in order of completion; await each for its result. By <c>foreach</c> one thing to await for
        /// each task: the first that is awaited gives the result that comes first. Iterating it throws <see cref="TimeoutException"/> when the timeout
        /// is over; the tasks left go on running.
        /// </returns>
        /// <remarks><b>asyncio:</b> <c>as_completed</c>, both as <c>async for</c>, as of Python 3.13, and as <c>for</c>. It can be iterated once.</remarks>
        public CompletedTasks<TResult> AsCompleted<TResult>(
            IEnumerable<ClusterTask<TResult>> tasks, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(tasks);
            return new(loop, [.. tasks], timeout, cancellationToken);
        }

        /// <summary>Runs coroutines concurrently and hands back their tasks as they end.</summary>
        /// <inheritdoc cref="AsCompleted{TResult}(IClusterLoop, IEnumerable{ClusterTask{TResult}}, TimeSpan?, CancellationToken)"/>
        public CompletedTasks<TResult> AsCompleted<TResult>(
            IEnumerable<Coroutine<TResult>> coroutines, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(coroutines);
            return new(loop, [.. coroutines.Select(coroutine => loop.CreateTask(coroutine))], timeout, cancellationToken);
        }
    }

    private static Task<T> Watched<T>(Task<T> completion, IAwaited awaited) => ClusterLoop.Current is { } current ? current.Watched(completion, awaited) : completion;

    /// <summary>Awaits an operation of which is known what it waits for.</summary>
    internal static Task<T> AwaitAsync<T>(IClusterLoop loop, Func<CancellationToken, Task<T>> operation, IAwaited awaited) =>
        Waiter(loop) is { } waiter ? waiter.WaitAsync(operation, awaited) : operation(default);

    internal static TimeSpan Positive(TimeSpan time) => time <= TimeSpan.Zero ? TimeSpan.Zero : time < LongestTimer ? time : Timeout.InfiniteTimeSpan;

    private sealed class SomeEnded(IReadOnlyCollection<OwnedTask> tasks, ReturnWhen returnWhen, bool hasTimeLimit)
        : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), ITaskObserver, IAwaited
    {
        private int _unfinished = tasks.Count;

        AwaitKind IAwaited.Kind => AwaitKind.Wait;

        IReadOnlyCollection<OwnedTask> IAwaited.Tasks => tasks;

        bool IAwaited.HasEnded => Task.IsCompleted;

        bool IAwaited.IsBinding => !hasTimeLimit && (returnWhen == ReturnWhen.AllCompleted || tasks.Count == 1);

        public void OnEnded(OwnedTask task)
        {
            var isLast = Interlocked.Decrement(ref _unfinished) == 0;
            if (isLast || returnWhen == ReturnWhen.FirstCompleted || (returnWhen == ReturnWhen.FirstException && task is { IsCanceled: false, Error: not null })) TrySetResult(true);
        }
    }
}
