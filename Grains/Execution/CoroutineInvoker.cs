using System.Buffers;
using Orleans.Serialization;

namespace OrleansAsync.Execution;

/// <summary>Runs the body of one coroutine type and writes what it returned.</summary>
internal abstract class CoroutineInvoker(CoroutineBody body)
{
    /// <summary>Whether the code of the body runs in the executor.</summary>
    public bool IsInExecutor => body is IExecutorBody;

    /// <summary>What logs and errors call the body.</summary>
    public string Name => body.GetType().Name;

    public Task RunAsync(Coroutine coroutine, IClusterLoop loop) => body.RunUntypedAsync(coroutine, loop);

    public abstract void WriteResult(Task ended, Serializer serializer, IBufferWriter<byte> writer);

    public abstract object? ReadResult(ReadOnlySpan<byte> payload, Serializer serializer);
}

/// <inheritdoc/>
internal sealed class CoroutineInvoker<TResult>(CoroutineBody body) : CoroutineInvoker(body)
{
    public override void WriteResult(Task ended, Serializer serializer, IBufferWriter<byte> writer) =>
        serializer.Serialize(((Task<TResult>)ended).Result, writer);

    public override object? ReadResult(ReadOnlySpan<byte> payload, Serializer serializer) => serializer.Deserialize<TResult>(payload);
}

/// <summary>For a coroutine that returns nothing.</summary>
internal sealed class CoroutineInvokerWithoutResult(CoroutineBody body) : CoroutineInvoker(body)
{
    public override void WriteResult(Task ended, Serializer serializer, IBufferWriter<byte> writer) { }

    public override object? ReadResult(ReadOnlySpan<byte> payload, Serializer serializer) => null;
}
