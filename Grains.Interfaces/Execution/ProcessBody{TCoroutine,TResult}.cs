using System.Buffers;
using Orleans.Serialization;

namespace OrleansAsync.Execution;

/// <summary>What a coroutine does in a process of its own: code that computes for long and must be stoppable, or that may take its process down.</summary>
/// <typeparam name="TCoroutine">The coroutine this body belongs to. A coroutine has exactly one body.</typeparam>
/// <typeparam name="TResult">What the coroutine returns.</typeparam>
/// <remarks>
/// <para><b>asyncio:</b> <c>run_in_executor</c> with a <c>ProcessPoolExecutor</c>. Unlike there a call that runs is really stopped by a cancel, and a process
/// that dies fails the one call it ran (<see cref="WorkerProcessException"/>), not the pool.</para>
/// <para><b>Cluster:</b> each silo has a bounded number of child processes, used for one call after another. A child is the silo's program
/// started again, serving calls instead of running its <c>Main</c>; it ends with its silo. A cancelled task ends when the process is gone.
/// The body is made in the child, where its constructor can be given nothing but Orleans' serializer: no services of the silo.</para>
/// </remarks>
public abstract class ProcessBody<TCoroutine, TResult> : CoroutineBody<TCoroutine, TResult>, IProcessBody
    where TCoroutine : Coroutine<TResult>
{
    /// <summary>Runs one call of the coroutine, in a child process. What it writes to stdout and stderr goes to the log of the silo.</summary>
    /// <param name="coroutine">The arguments of the call.</param>
    protected abstract TResult Run(TCoroutine coroutine);

    /// <summary>Gives the call to a child process.</summary>
    /// <inheritdoc cref="CoroutineBody{TCoroutine, TResult}.RunAsync" path="/param"/>
    protected sealed override Task<TResult> RunAsync(TCoroutine coroutine, IClusterLoop loop) =>
        ExecutorCall.RunAsync(loop, (executor, token) => executor.RunInProcessAsync<TResult>(GetType(), coroutine, token));

    void IProcessBody.Run(Coroutine coroutine, Serializer serializer, IBufferWriter<byte> result) => serializer.Serialize(Run((TCoroutine)coroutine), result);
}
