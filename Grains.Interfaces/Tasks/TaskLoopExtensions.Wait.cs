using System.Runtime.CompilerServices;
using System.Threading.Channels;
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
        /// <returns>The very tasks given, in order of completion; await each for its result.</returns>
        /// <exception cref="TimeoutException">The timeout is over; the tasks left go on running.</exception>
        /// <remarks><b>asyncio:</b> <c>async for … in as_completed(…)</c>, as of Python 3.13.</remarks>
        public IAsyncEnumerable<ClusterTask<TResult>> AsCompleted<TResult>(
            IEnumerable<ClusterTask<TResult>> tasks, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(tasks);
            return AsCompletedAsync(loop, [.. tasks], timeout, cancellationToken);
        }

        /// <summary>Runs coroutines concurrently and hands back their tasks as they end.</summary>
        /// <inheritdoc cref="AsCompleted{TResult}(IClusterLoop, IEnumerable{ClusterTask{TResult}}, TimeSpan?, CancellationToken)"/>
        public IAsyncEnumerable<ClusterTask<TResult>> AsCompleted<TResult>(
            IEnumerable<Coroutine<TResult>> coroutines, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(coroutines);
            return AsCompletedAsync(loop, [.. coroutines.Select(coroutine => loop.CreateTask(coroutine))], timeout, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<ClusterTask<TResult>> AsCompletedAsync<TResult>(
        IClusterLoop loop, HashSet<ClusterTask<TResult>> tasks, TimeSpan? timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ended = new EndedTasks<TResult>(tasks);
        foreach (var task in tasks) task.Observe(ended);
        var start = loop.Time.GetTimestamp();
        for (var left = tasks.Count; left > 0; left--)
        {
            if (!ended.Reader.TryRead(out var next))
            {
                next = await AwaitAsync(loop, async token =>
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
                    var read = ended.Reader.ReadAsync(either.Token).AsTask();
                    return timeout is { } limit ? await read.WaitAsync(Positive(limit - loop.Time.GetElapsedTime(start)), loop.Time, either.Token) : await read;
                }, ended);
            }
            yield return next;
        }
    }

    private static Task<T> Watched<T>(Task<T> completion, IAwaited awaited) => ClusterLoop.Current is { } current ? current.Watched(completion, awaited) : completion;

    /// <summary>Awaits an operation of which is known what it waits for.</summary>
    internal static Task<T> AwaitAsync<T>(IClusterLoop loop, Func<CancellationToken, Task<T>> operation, IAwaited awaited) =>
        Waiter(loop) is { } waiter ? waiter.WaitAsync(operation, awaited) : operation(default);

    private static TimeSpan Positive(TimeSpan time) => time <= TimeSpan.Zero ? TimeSpan.Zero : time < LongestTimer ? time : Timeout.InfiniteTimeSpan;

    private sealed class EndedTasks<TResult>(IReadOnlyCollection<OwnedTask> tasks) : ITaskObserver, IAwaited
    {
        private readonly Channel<ClusterTask<TResult>> _channel = Channel.CreateUnbounded<ClusterTask<TResult>>();

        public ChannelReader<ClusterTask<TResult>> Reader => _channel.Reader;

        AwaitKind IAwaited.Kind => AwaitKind.AsCompleted;

        IReadOnlyCollection<OwnedTask> IAwaited.Tasks => tasks;

        bool IAwaited.IsBinding => false;

        public void OnEnded(OwnedTask task) => _channel.Writer.TryWrite((ClusterTask<TResult>)task);
    }

    private sealed class SomeEnded(IReadOnlyCollection<OwnedTask> tasks, ReturnWhen returnWhen, bool hasTimeLimit)
        : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), ITaskObserver, IAwaited
    {
        private int _unfinished = tasks.Count;

        AwaitKind IAwaited.Kind => AwaitKind.Wait;

        IReadOnlyCollection<OwnedTask> IAwaited.Tasks => tasks;

        bool IAwaited.IsBinding => !hasTimeLimit && (returnWhen == ReturnWhen.AllCompleted || tasks.Count == 1);

        public void OnEnded(OwnedTask task)
        {
            var isLast = Interlocked.Decrement(ref _unfinished) == 0;
            if (isLast || returnWhen == ReturnWhen.FirstCompleted || (returnWhen == ReturnWhen.FirstException && task is { IsCanceled: false, Error: not null })) TrySetResult(true);
        }
    }
}
