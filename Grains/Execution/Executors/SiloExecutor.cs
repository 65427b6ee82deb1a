using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace OrleansAsync.Execution.Executors;

/// <summary>The executor of a silo, which all its loops share.</summary>
internal sealed class SiloExecutor : IExecutor, IDisposable
{
    private readonly WorkerThreads _threads;

    // Each keeps one child process, and waits for it.
    private readonly WorkerThreads _processes;
    private readonly CoroutineRegistry _registry;
    private readonly Serializer _serializer;
    private readonly ILogger _logger;

    public SiloExecutor(IOptions<ExecutorOptions> options, CoroutineRegistry registry, Serializer serializer, ILogger<SiloExecutor> logger)
    {
        (_registry, _serializer, _logger) = (registry, serializer, logger);
        _threads = new("thread", options.Value.MaxThreads, options.Value.IdleTimeout, logger);
        _processes = new("process", options.Value.MaxProcesses, options.Value.IdleTimeout, logger);
    }

    public Task<T> RunAsync<T>(Type body, Func<CancellationToken, T> code, CancellationToken cancellationToken) =>
        _threads.RunAsync(body, (_, canceled) => code(canceled), endsWithThread: false, cancellationToken);

    public Task<T> RunInProcessAsync<T>(Type body, Coroutine coroutine, CancellationToken cancellationToken) =>
        _processes.RunAsync(body, (worker, canceled) => Call<T>(worker, body, coroutine, canceled), endsWithThread: true, cancellationToken);

    public void Leave()
    {
        _threads.Leave();
        _processes.Leave();
    }

    public void Dispose()
    {
        _threads.Dispose();
        _processes.Dispose();
    }

    private T Call<T>(WorkerThreads.Worker worker, Type body, Coroutine coroutine, CancellationToken cancellationToken)
    {
        var request = _serializer.SerializeToArray(new WorkerCall(body.AssemblyQualifiedName!, _serializer.SerializeToArray(coroutine)));
        if (worker.Kept is WorkerProcess { IsUsable: false })
        {
            worker.Kept.Dispose();
            worker.Kept = null;
        }
        var process = (WorkerProcess)(worker.Kept ??= WorkerProcess.Start(_registry.Assemblies, _logger));
        byte[] reply;
        using (cancellationToken.UnsafeRegister(static process => ((WorkerProcess)process!).Kill(), process))
        {
            try
            {
                reply = process.Call(request);
            }
            catch (IOException e)
            {
                worker.Kept = null;
                using var gone = process;
                gone.WaitForEnd();
                cancellationToken.ThrowIfCancellationRequested();
                throw gone.Describe(body, e);
            }
        }
        var outcome = _serializer.Deserialize<WorkerReply>(reply)!;
        return outcome.Failure is null ? _serializer.Deserialize<T>(outcome.Result!)! : throw outcome.Failure.ToException(_serializer);
    }
}
