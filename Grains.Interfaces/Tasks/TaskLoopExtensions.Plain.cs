using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <content>The same over plain tasks, such as grain calls.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Waits for all plain tasks, such as grain calls, and returns how each ended, in the order given.</summary>
        /// <param name="tasks">The tasks; none gives an empty array.</param>
        /// <remarks><b>asyncio:</b> <c>gather(…, return_exceptions=True)</c>. A cancel point; cancelling the waiter ends the wait, not the tasks.</remarks>
        public async Task<Outcome<TResult>[]> GatherOutcomesAsync<TResult>(IEnumerable<Task<TResult>> tasks)
        {
            ArgumentNullException.ThrowIfNull(tasks);
            Task<TResult>[] all = [.. tasks];
            await loop.Await(token => Task.WhenAll(all.Select(Quietly)).WaitAsync(token));
            return Array.ConvertAll(all, static task => task.IsCompletedSuccessfully ? new Outcome<TResult>(task.Result) : new(ErrorOf(task)));
        }

        /// <summary>Waits until some or all plain tasks, such as grain calls, have ended. Never throws their exceptions.</summary>
        /// <inheritdoc cref="WaitAsync{TTask}(IClusterLoop, IEnumerable{TTask}, TimeSpan?, ReturnWhen, CancellationToken)"/>
        public Task<WaitResult<Task<TResult>>> WaitAsync<TResult>(
            IEnumerable<Task<TResult>> tasks, TimeSpan? timeout = null, ReturnWhen returnWhen = ReturnWhen.AllCompleted, CancellationToken cancellationToken = default) =>
            WaitForPlainAsync(loop, tasks, timeout, returnWhen, cancellationToken);

        /// <inheritdoc cref="WaitAsync{TResult}(IClusterLoop, IEnumerable{Task{TResult}}, TimeSpan?, ReturnWhen, CancellationToken)"/>
        public Task<WaitResult<Task>> WaitAsync(
            IEnumerable<Task> tasks, TimeSpan? timeout = null, ReturnWhen returnWhen = ReturnWhen.AllCompleted, CancellationToken cancellationToken = default) =>
            WaitForPlainAsync(loop, tasks, timeout, returnWhen, cancellationToken);
    }

    private static async Task<WaitResult<TTask>> WaitForPlainAsync<TTask>(
        IClusterLoop loop, IEnumerable<TTask> tasks, TimeSpan? timeout, ReturnWhen returnWhen, CancellationToken cancellationToken)
        where TTask : Task
    {
        ArgumentNullException.ThrowIfNull(tasks);
        if (!Enum.IsDefined(returnWhen)) throw new ArgumentOutOfRangeException(nameof(returnWhen), returnWhen, "Choose one of the values of ReturnWhen.");
        HashSet<TTask> all = [.. tasks];
        if (all.Count == 0) throw new ArgumentException("Waiting needs at least one task.", nameof(tasks));
        if (all.Contains(null!)) throw new ArgumentException("One of the tasks is null.", nameof(tasks));
        var time = loop.Time;
        await loop.Await(async token =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
            var ended = EnoughAsync(all, returnWhen).WaitAsync(timeout is { } limit ? Positive(limit) : Timeout.InfiniteTimeSpan, time, either.Token);
            await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            either.Token.ThrowIfCancellationRequested();
        });
        var done = all.Where(task => task.IsCompleted).ToHashSet();
        return new(done, all.Where(task => !done.Contains(task)).ToHashSet());
    }

    private static async Task EnoughAsync<TTask>(IEnumerable<TTask> tasks, ReturnWhen returnWhen) where TTask : Task
    {
        await foreach (var task in Task.WhenEach(tasks))
        {
            if (returnWhen == ReturnWhen.FirstCompleted || (returnWhen == ReturnWhen.FirstException && task.IsFaulted && ErrorOf(task) is not OperationCanceledException)) return;
        }
    }

    private static async Task Quietly(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

    /// <summary>What awaiting a task throws.</summary>
    private static Exception ErrorOf(Task task) => task.Exception?.InnerException ?? new TaskCanceledException(task);
}
