using System.Buffers;
using Orleans.Serialization;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>A body that does not run on its loop.</summary>
internal interface IExecutorBody;

/// <summary>A body whose code runs in a child process.</summary>
internal interface IProcessBody : IExecutorBody
{
    /// <summary>Runs the coroutine, in the child process, and writes the result.</summary>
    void Run(Coroutine coroutine, Serializer serializer, IBufferWriter<byte> result);
}

/// <summary>How a body waits for its executor: a cancel point, and nothing that virtual time may pass.</summary>
internal static class ExecutorCall
{
    private static readonly IAwaited Awaited = new Call();

    public static Task<T> RunAsync<T>(IClusterLoop loop, Func<IExecutor, CancellationToken, Task<T>> call)
    {
        var task = ClusterLoop.From(loop);
        return task.WaitAsync(token => call(task.Tasks.Executor!, token), Awaited, WaitKind.Outside);
    }

    private sealed class Call : IAwaited
    {
        public AwaitKind Kind => AwaitKind.Executor;
    }
}
