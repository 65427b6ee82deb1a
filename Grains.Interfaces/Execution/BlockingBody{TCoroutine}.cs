namespace OrleansAsync.Execution;

/// <summary>What a coroutine without a result does that blocks: code that waits without <c>await</c>, or computes for long. It runs on a thread of its silo's executor.</summary>
/// <typeparam name="TCoroutine">The coroutine this body belongs to. A coroutine has exactly one body.</typeparam>
/// <inheritdoc cref="BlockingBody{TCoroutine, TResult}" path="/remarks"/>
public abstract class BlockingBody<TCoroutine> : CoroutineBody<TCoroutine>, IExecutorBody
    where TCoroutine : Coroutine
{
    /// <summary>Runs one call of the coroutine, on a thread of the executor.</summary>
    /// <inheritdoc cref="BlockingBody{TCoroutine, TResult}.Run" path="/param"/>
    protected abstract void Run(TCoroutine coroutine, CancellationToken cancellationToken);

    /// <summary>Gives the call to the executor.</summary>
    /// <inheritdoc cref="CoroutineBody{TCoroutine, TResult}.RunAsync" path="/param"/>
    protected sealed override Task RunAsync(TCoroutine coroutine, IClusterLoop loop) => ExecutorCall.RunAsync(loop, (executor, token) => executor.RunAsync(
        GetType(),
        canceled =>
        {
            Run(coroutine, canceled);
            return true;
        },
        token));
}
