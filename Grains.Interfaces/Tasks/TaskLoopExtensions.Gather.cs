using System.Runtime.CompilerServices;
using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <content><c>gather</c>.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Runs coroutines concurrently and returns their results in the order given.</summary>
        /// <param name="coroutines">The calls to run; none gives an empty array.</param>
        /// <returns>The results. The first exception is thrown at once; the others then go on, and what becomes of them is not reported.</returns>
        /// <remarks>
        /// <para><b>asyncio:</b> <c>gather</c>. The same; cancelling the coroutine that waits here cancels every unfinished one.</para>
        /// <para><b>Cluster:</b> the coroutines run on all loops of the cluster; the results travel many to a message.</para>
        /// </remarks>
        [OverloadResolutionPriority(1)]
        public Task<TResult[]> GatherAsync<TResult>(params ReadOnlySpan<Coroutine<TResult>> coroutines)
        {
            var tasks = new ClusterTask<TResult>[coroutines.Length];
            for (var i = 0; i < tasks.Length; i++) tasks[i] = loop.CreateTask(coroutines[i]);
            return ResultsAsync(tasks, default);
        }

        /// <summary>Runs coroutines concurrently and returns their results in the order given.</summary>
        /// <param name="coroutines">The calls to run; none gives an empty array.</param>
        /// <param name="cancellationToken">Cancels the unfinished coroutines.</param>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        public Task<TResult[]> GatherAsync<TResult>(IEnumerable<Coroutine<TResult>> coroutines, CancellationToken cancellationToken = default) =>
            ResultsAsync([.. coroutines.Select(coroutine => loop.CreateTask(coroutine))], cancellationToken);

        /// <summary>Waits for tasks and returns their results in the order given.</summary>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        [OverloadResolutionPriority(1)]
        public Task<TResult[]> GatherAsync<TResult>(params ReadOnlySpan<ClusterTask<TResult>> tasks) => ResultsAsync(tasks.ToArray(), default);

        /// <summary>Waits for tasks and returns their results in the order given.</summary>
        /// <param name="tasks">The tasks; none gives an empty array.</param>
        /// <param name="cancellationToken">Cancels the unfinished tasks.</param>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        public Task<TResult[]> GatherAsync<TResult>(IEnumerable<ClusterTask<TResult>> tasks, CancellationToken cancellationToken = default) =>
            ResultsAsync([.. tasks], cancellationToken);

        /// <summary>Waits for plain tasks, such as grain calls, and returns their results in the order given.</summary>
        /// <remarks>Unlike <see cref="Task.WhenAll(Task[])"/> the first exception is thrown at once. Plain tasks cannot be cancelled from here.</remarks>
        [OverloadResolutionPriority(1)]
        public Task<TResult[]> GatherAsync<TResult>(params ReadOnlySpan<Task<TResult>> tasks)
        {
            var all = tasks.ToArray();
            return loop.Await(token => PlainResultsAsync(all).WaitAsync(token));
        }

        /// <summary>Runs two coroutines of different results concurrently.</summary>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        public Task<(T1, T2)> GatherAsync<T1, T2>(Coroutine<T1> first, Coroutine<T2> second) =>
            loop.GatherAsync(loop.CreateTask(first), loop.CreateTask(second));

        /// <summary>Runs three coroutines of different results concurrently.</summary>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        public Task<(T1, T2, T3)> GatherAsync<T1, T2, T3>(Coroutine<T1> first, Coroutine<T2> second, Coroutine<T3> third) =>
            loop.GatherAsync(loop.CreateTask(first), loop.CreateTask(second), loop.CreateTask(third));

        /// <summary>Waits for two tasks of different results.</summary>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        public async Task<(T1, T2)> GatherAsync<T1, T2>(ClusterTask<T1> first, ClusterTask<T2> second)
        {
            await Gather.WaitAsync([first, second], returnExceptions: false, default);
            return (first.Result, second.Result);
        }

        /// <summary>Waits for three tasks of different results.</summary>
        /// <inheritdoc cref="GatherAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/returns|/remarks"/>
        public async Task<(T1, T2, T3)> GatherAsync<T1, T2, T3>(ClusterTask<T1> first, ClusterTask<T2> second, ClusterTask<T3> third)
        {
            await Gather.WaitAsync([first, second, third], returnExceptions: false, default);
            return (first.Result, second.Result, third.Result);
        }

        /// <summary>Runs coroutines concurrently, waits for all, and returns how each ended, in the order given.</summary>
        /// <param name="coroutines">The calls to run; none gives an empty array.</param>
        /// <remarks><b>asyncio:</b> <c>gather(…, return_exceptions=True)</c>; a cancelled coroutine is an outcome too.</remarks>
        [OverloadResolutionPriority(1)]
        public Task<Outcome<TResult>[]> GatherOutcomesAsync<TResult>(params ReadOnlySpan<Coroutine<TResult>> coroutines)
        {
            var tasks = new ClusterTask<TResult>[coroutines.Length];
            for (var i = 0; i < tasks.Length; i++) tasks[i] = loop.CreateTask(coroutines[i]);
            return OutcomesAsync(tasks, default);
        }

        /// <summary>Runs coroutines concurrently, waits for all, and returns how each ended, in the order given.</summary>
        /// <param name="coroutines">The calls to run; none gives an empty array.</param>
        /// <param name="cancellationToken">Cancels the unfinished coroutines.</param>
        /// <inheritdoc cref="GatherOutcomesAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/remarks"/>
        public Task<Outcome<TResult>[]> GatherOutcomesAsync<TResult>(IEnumerable<Coroutine<TResult>> coroutines, CancellationToken cancellationToken = default) =>
            OutcomesAsync([.. coroutines.Select(coroutine => loop.CreateTask(coroutine))], cancellationToken);

        /// <summary>Waits for all tasks and returns how each ended, in the order given.</summary>
        /// <inheritdoc cref="GatherOutcomesAsync{TResult}(IClusterLoop, ReadOnlySpan{Coroutine{TResult}})" path="/remarks"/>
        public Task<Outcome<TResult>[]> GatherOutcomesAsync<TResult>(IEnumerable<ClusterTask<TResult>> tasks, CancellationToken cancellationToken = default) =>
            OutcomesAsync([.. tasks], cancellationToken);
    }

    private static async Task<TResult[]> ResultsAsync<TResult>(ClusterTask<TResult>[] tasks, CancellationToken cancellationToken)
    {
        await Gather.WaitAsync(tasks, returnExceptions: false, cancellationToken);
        return Array.ConvertAll(tasks, static task => task.Result);
    }

    private static async Task<Outcome<TResult>[]> OutcomesAsync<TResult>(ClusterTask<TResult>[] tasks, CancellationToken cancellationToken)
    {
        await Gather.WaitAsync(tasks, returnExceptions: true, cancellationToken);
        return Array.ConvertAll(tasks, static task => task.Outcome);
    }

    private static async Task<TResult[]> PlainResultsAsync<TResult>(Task<TResult>[] tasks)
    {
        await foreach (var ended in Task.WhenEach(tasks)) await ended;
        return await Task.WhenAll(tasks);
    }
}
