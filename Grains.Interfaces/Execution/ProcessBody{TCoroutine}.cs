using System.Buffers;
using Orleans.Serialization;

namespace OrleansAsync.Execution;

/// <summary>What a coroutine without a result does in a process of its own: code that computes for long and must be stoppable, or that may take its process down.</summary>
/// <typeparam name="TCoroutine">The coroutine this body belongs to. A coroutine has exactly one body.</typeparam>
/// <inheritdoc cref="ProcessBody{TCoroutine, TResult}" path="/remarks"/>
public abstract class ProcessBody<TCoroutine> : CoroutineBody<TCoroutine>, IProcessBody
    where TCoroutine : Coroutine
{
    /// <summary>Runs one call of the coroutine, in a child process. What it writes to stdout and stderr goes to the log of the silo.</summary>
    /// <param name="coroutine">The arguments of the call.</param>
    protected abstract void Run(TCoroutine coroutine);

    /// <summary>Gives the call to a child process.</summary>
    /// <inheritdoc cref="CoroutineBody{TCoroutine, TResult}.RunAsync" path="/param"/>
    protected sealed override Task RunAsync(TCoroutine coroutine, IClusterLoop loop) =>
        ExecutorCall.RunAsync(loop, (executor, token) => executor.RunInProcessAsync<bool>(GetType(), coroutine, token));

    void IProcessBody.Run(Coroutine coroutine, Serializer serializer, IBufferWriter<byte> result)
    {
        Run((TCoroutine)coroutine);
        serializer.Serialize(true, result);
    }
}
