using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>asyncio's verbs for tasks.</summary>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Starts a coroutine on an event loop of the cluster and returns at once.</summary>
        /// <param name="coroutine">The call to run.</param>
        /// <param name="options">Its name, and what becomes of it when its silo is lost.</param>
        /// <returns>The handle: await it for the result. What goes wrong on the way surfaces there.</returns>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>create_task</c>. The body starts when its loop comes to it, never inside this call. A task goes on when the
        /// coroutine that created it ends; what a run leaves behind is cancelled at its end.</para>
        /// <para><b>Cluster:</b> loops are taken in turn. Tasks created in one go travel in one message. A loop admits a limited number of
        /// live tasks from a client; the others wait in the client, in order.</para>
        /// </remarks>
        public ClusterTask<TResult> CreateTask<TResult>(Coroutine<TResult> coroutine, TaskOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            var owner = Innermost(loop);
            var task = new ClusterTask<TResult>(owner, coroutine, options);
            owner.Submit(task);
            return task;
        }

        /// <inheritdoc cref="CreateTask{TResult}"/>
        public ClusterTask CreateTask(Coroutine coroutine, TaskOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(coroutine);
            var owner = Innermost(loop);
            var task = new ClusterTaskWithoutResult(owner, coroutine, options);
            owner.Submit(task);
            return task;
        }

        /// <summary>Runs a program: its main coroutine, and at its end the cancellation of what it left running.</summary>
        /// <param name="main">The main coroutine.</param>
        /// <param name="cancellationToken">Cancels the main coroutine; this call returns after its cleanup.</param>
        /// <returns>What the main coroutine returned; its exception is thrown.</returns>
        /// <exception cref="InvalidOperationException">Called from a running coroutine: await a task there instead.</exception>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>asyncio.run</c>. The same: main's tasks that are still running are cancelled and awaited; what they throw in their
        /// cleanup goes to the log of their silo. Several runs that share a context: <see cref="ClusterRunner"/>.</para>
        /// <para><b>Cluster:</b> that holds for tasks further down on all silos. If the client dies, its lease does the same.</para>
        /// </remarks>
        public async Task<TResult> RunAsync<TResult>(Coroutine<TResult> main, CancellationToken cancellationToken = default)
        {
            ThrowIfRunning(loop);
            var task = loop.CreateTask(main);
            await FinishRunAsync(loop, task, cancellationToken);
            return task.Result;
        }

        /// <inheritdoc cref="RunAsync{TResult}"/>
        public async Task RunAsync(Coroutine main, CancellationToken cancellationToken = default)
        {
            ThrowIfRunning(loop);
            var task = loop.CreateTask(main);
            await FinishRunAsync(loop, task, cancellationToken);
            await task;
        }

        /// <summary>Pauses the caller and lets other tasks of the loop run.</summary>
        /// <param name="delay">How long; zero or less only lets the others run once.</param>
        /// <exception cref="ClusterTaskCanceledException">The task was cancelled meanwhile.</exception>
        /// <remarks><b>asyncio:</b> <c>asyncio.sleep</c>, a cancel point.</remarks>
        public Task SleepAsync(TimeSpan delay)
        {
            if (delay > TimeSpan.Zero && Waiter(loop) is { Tasks.Timers: { } timers } waiter)
            {
                var sleeper = timers.Add(delay, waiter);
                return waiter.WaitAsync(sleeper.Task, sleeper.CancelAsync);
            }
            var time = loop.Time;
            return delay > TimeSpan.Zero
                ? loop.AwaitInside(token => DelayAsync(delay, time, token))
                : AwaitAsync(loop, token => YieldAsync(Waiter(loop)?.Tasks, token), new Pause());
        }

        /// <summary>Pauses the caller, then returns a value.</summary>
        /// <param name="delay">How long; zero or less only lets the others run once.</param>
        /// <param name="result">What to return.</param>
        /// <exception cref="ClusterTaskCanceledException">The task was cancelled meanwhile.</exception>
        public async Task<TResult> SleepAsync<TResult>(TimeSpan delay, TResult result)
        {
            await loop.SleepAsync(delay);
            return result;
        }

        /// <summary>Awaits any operation that takes a token, as a cancel point of the running task.</summary>
        /// <param name="operation">The operation; its token fires when the task is cancelled.</param>
        /// <exception cref="ClusterTaskCanceledException">The task was cancelled and the operation gave way to it.</exception>
        public Task<TResult> Await<TResult>(Func<CancellationToken, Task<TResult>> operation)
        {
            ArgumentNullException.ThrowIfNull(operation);
            return CancelPointAsync(loop, operation, WaitKind.Outside);
        }

        /// <inheritdoc cref="Await{TResult}"/>
        public Task Await(Func<CancellationToken, Task> operation)
        {
            ArgumentNullException.ThrowIfNull(operation);
            return CancelPointAsync(loop, operation, WaitKind.Outside);
        }

        /// <summary>The same for what ends by tasks, by time or by a grain's answer: virtual time may pass meanwhile.</summary>
        internal Task<TResult> AwaitInside<TResult>(Func<CancellationToken, Task<TResult>> operation) => CancelPointAsync(loop, operation, WaitKind.Inside);

        /// <inheritdoc cref="AwaitInside{TResult}"/>
        internal Task AwaitInside(Func<CancellationToken, Task> operation) => CancelPointAsync(loop, operation, WaitKind.Inside);
    }

    private static async Task<TResult> CancelPointAsync<TResult>(IClusterLoop loop, Func<CancellationToken, Task<TResult>> operation, WaitKind kind) =>
        Waiter(loop) is { } waiter ? await waiter.WaitAsync(operation, kind) : await operation(default);

    private static Task CancelPointAsync(IClusterLoop loop, Func<CancellationToken, Task> operation, WaitKind kind) => Waiter(loop) is { } waiter
        ? waiter.WaitAsync(
            async token =>
            {
                await operation(token);
                return true;
            },
            kind)
        : operation(default);

    // The system's timers take at most 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>Who is cancelled when the caller is: the running task, or the block of a timeout; null outside both.</summary>
    private static ClusterLoop? Waiter(IClusterLoop loop) => ClusterLoop.Current ?? (loop is ClusterLoop { IsCancellable: true } own ? own : null);

    private static async Task DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var left = delay; left > TimeSpan.Zero; left -= LongestTimer)
        {
            await Task.Delay(left < LongestTimer ? left : LongestTimer, time, cancellationToken);
        }
    }

    // A cancel that comes meanwhile ends this very pause.
    private static async Task<bool> YieldAsync(TaskOwner? owner, CancellationToken cancellationToken)
    {
        // All tasks of a loop take turns in the order they asked for them. What runs off its turns must not touch it.
        if (owner is { Local: { } local } && TaskScheduler.Current == owner.Scheduler) await local.PauseAsync();
        else await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return true;
    }

    internal static void ThrowIfRunning(IClusterLoop loop)
    {
        if (loop.TaskId is { } id) throw new InvalidOperationException($"RunAsync cannot be called from a running coroutine (task {id}): await CreateTask there.");
    }

    /// <summary>Waits for the end of a main coroutine; tells whether it may have left something running.</summary>
    internal static async Task<bool> EndOfMainAsync(ClusterTask main, CancellationToken cancellationToken)
    {
        await using (cancellationToken.Register(() => _ = main.RequestCancelAsync(null)))
        {
            await main.AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        return main.LeftRunning || main.Attempt > 0;
    }

    private static async Task FinishRunAsync(IClusterLoop loop, ClusterTask main, CancellationToken cancellationToken)
    {
        if (await EndOfMainAsync(main, cancellationToken)) await ClusterLoop.From(loop).Tasks.CancelOwnedAsync([main.Id], default);
    }

    /// <summary>The wait of who only lets others run.</summary>
    private sealed class Pause : IAwaited
    {
        public AwaitKind Kind => AwaitKind.Sleep;

        public string What => "sleep(0)";

        public bool HasEnded => true;
    }
}
