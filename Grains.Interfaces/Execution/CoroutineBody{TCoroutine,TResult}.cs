namespace OrleansAsync.Execution;

/// <summary>What a coroutine does: the code behind an <c>async def</c>.</summary>
/// <typeparam name="TCoroutine">The coroutine this body belongs to. A coroutine has exactly one body.</typeparam>
/// <typeparam name="TResult">What the coroutine returns.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> the same rule holds: code between two awaits runs alone on its loop, so it needs no lock against other tasks of
/// that loop, and must not block.</para>
/// <para><b>Cluster:</b> bodies are found at silo start in the assemblies given to <c>AddOrleansAsync</c> and made once per silo with
/// constructor injection; many tasks share one body at the same time, so it keeps no state of a call in fields. A body may run more than
/// once for one task when a silo is lost: see <see cref="IClusterLoop.Attempt"/>.</para>
/// </remarks>
public abstract class CoroutineBody<TCoroutine, TResult> : CoroutineBody
    where TCoroutine : Coroutine<TResult>
{
    /// <summary>Runs one call of the coroutine.</summary>
    /// <param name="coroutine">The arguments of the call.</param>
    /// <param name="loop">The cluster as the running task sees it: its id, its cancellation token, time, and every verb of asyncio.</param>
    protected abstract Task<TResult> RunAsync(TCoroutine coroutine, IClusterLoop loop);

    internal sealed override Task RunUntypedAsync(Coroutine coroutine, IClusterLoop loop) => RunAsync((TCoroutine)coroutine, loop);
}
