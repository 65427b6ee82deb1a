namespace OrleansAsync.Execution;

/// <summary>What a coroutine does that blocks: code that waits without <c>await</c>, or computes for long. It runs on a thread of its silo's executor.</summary>
/// <typeparam name="TCoroutine">The coroutine this body belongs to. A coroutine has exactly one body.</typeparam>
/// <typeparam name="TResult">What the coroutine returns.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> the function given to <c>run_in_executor</c> or <c>to_thread</c>. A call that is cancelled while it waits for a thread never
/// runs. One that runs cannot be stopped: its task ends cancelled at once, the thread goes on and keeps its place among the executor's threads
/// until it is done. What the code returns then is dropped; an exception is logged.</para>
/// <para><b>Cluster:</b> the task has a loop, an id and a place in every list as any other, and is started again after a lost silo as its
/// <see cref="TaskOptions"/> say. A silo that shuts down hands back what waits for a thread, and waits for what runs; see
/// <c>EventLoopOptions.DrainTimeout</c>. Bodies are made once per silo with constructor injection; several threads use one at the same time.</para>
/// </remarks>
public abstract class BlockingBody<TCoroutine, TResult> : CoroutineBody<TCoroutine, TResult>, IExecutorBody
    where TCoroutine : Coroutine<TResult>
{
    /// <summary>Runs one call of the coroutine, on a thread of the executor.</summary>
    /// <param name="coroutine">The arguments of the call.</param>
    /// <param name="cancellationToken">
    /// Fires when the task is cancelled, or its silo shuts down, while this runs. Code that looks at it frees its thread; nobody waits for that.
    /// </param>
    protected abstract TResult Run(TCoroutine coroutine, CancellationToken cancellationToken);

    /// <summary>Gives the call to the executor.</summary>
    /// <inheritdoc cref="CoroutineBody{TCoroutine, TResult}.RunAsync" path="/param"/>
    protected sealed override Task<TResult> RunAsync(TCoroutine coroutine, IClusterLoop loop) =>
        ExecutorCall.RunAsync(loop, (executor, token) => executor.RunAsync(GetType(), canceled => Run(coroutine, canceled), token));
}
