namespace OrleansAsync.Execution;

/// <summary>What a coroutine without a result does: the code behind an <c>async def</c> that returns <c>None</c>.</summary>
/// <typeparam name="TCoroutine">The coroutine this body belongs to. A coroutine has exactly one body.</typeparam>
/// <inheritdoc cref="CoroutineBody{TCoroutine, TResult}" path="/remarks"/>
public abstract class CoroutineBody<TCoroutine> : CoroutineBody
    where TCoroutine : Coroutine
{
    /// <summary>Runs one call of the coroutine.</summary>
    /// <inheritdoc cref="CoroutineBody{TCoroutine, TResult}.RunAsync" path="/param"/>
    protected abstract Task RunAsync(TCoroutine coroutine, IClusterLoop loop);

    internal sealed override Task RunUntypedAsync(Coroutine coroutine, IClusterLoop loop) => RunAsync((TCoroutine)coroutine, loop);
}
