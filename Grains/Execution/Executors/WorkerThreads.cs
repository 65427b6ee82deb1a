using Microsoft.Extensions.Logging;

namespace OrleansAsync.Execution.Executors;

/// <summary>
/// A bounded set of threads for code that blocks, first come, first served. They are no threads of the pool, which the loops live on: one starts when a call
/// finds none free, and ends when it had nothing to do for a while.
/// </summary>
/// <param name="kind">What they are for.</param>
/// <param name="limit">How many there may be.</param>
/// <param name="idleTimeout">How long one waits for its next call.</param>
/// <param name="logger">Is told of failures that nobody waits for any more.</param>
internal sealed partial class WorkerThreads(string kind, int limit, TimeSpan idleTimeout, ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _idleTimeout = idleTimeout;
    private readonly ILogger _logger = logger;
    private readonly LinkedList<Call> _queue = [];
    private readonly HashSet<Call> _running = [];

    // The one that was busy last is the next to be busy, so that those too many end.
    private readonly LinkedList<Worker> _idle = [];
    private readonly ExecutorTelemetry _telemetry = new(kind);
    private int _lastWorker;
    private volatile bool _isLeaving;
    private volatile bool _isDisposed;

    public int ThreadCount { get; private set; }

    public int RunningCount
    {
        get
        {
            lock (_gate) return _running.Count;
        }
    }

    public int QueuedCount
    {
        get
        {
            lock (_gate) return _queue.Count;
        }
    }

    /// <summary>Runs code on one of the threads.</summary>
    /// <param name="body">What logs call it.</param>
    /// <param name="code">The code: it is given its thread, and a token that fires when it is cancelled while it runs.</param>
    /// <param name="endsWithThread">Whether a call that is cancelled while it runs ends only when its code does.</param>
    /// <param name="cancellationToken">Takes the call out of the queue, or cancels the code.</param>
    public Task<T> RunAsync<T>(Type body, Func<Worker, CancellationToken, T> code, bool endsWithThread, CancellationToken cancellationToken)
    {
        var call = new Call<T>(this, body, code, endsWithThread, cancellationToken);
        call.Listen();
        Worker? started = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (call.IsCanceled) return call.Task;
            call.Place = _queue.AddLast(call);
            _telemetry.OnQueued(1);
            if (_idle.Last is { } idle) Wake(idle);
            else if (ThreadCount < limit)
            {
                ThreadCount++;
                _telemetry.OnThreads(1);
                started = new Worker(this, ++_lastWorker);
            }
        }
        started?.Start($"OrleansAsync {kind} {started.Number}");
        return call.Task;
    }

    /// <summary>From now on a call that is cancelled while it runs ends only when its code does: whoever hands it to another silo waits for that.</summary>
    public void Leave() => _isLeaving = true;

    /// <summary>Cancels all calls, and lets the threads end when their code does.</summary>
    public void Dispose()
    {
        Call[] calls;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            calls = [.. _queue, .. _running];
            while (_idle.Last is { } idle) Wake(idle);
        }
        foreach (var call in calls) call.Cancel();
    }

    /// <summary>Notes the end of a call and takes the next; null if there is none for the moment.</summary>
    private Call? Next(Worker worker, Call? ended)
    {
        lock (_gate)
        {
            if (ended is not null && _running.Remove(ended)) _telemetry.OnRunning(-1);
            if (_queue.First is not { Value: var next })
            {
                if (!_isDisposed) _idle.AddLast(worker);
                return null;
            }
            Dequeue(next);
            next.IsRunning = true;
            _running.Add(next);
            _telemetry.OnRunning(1);
            return next;
        }
    }

    private void Dequeue(Call call)
    {
        _queue.Remove(call.Place!);
        call.Place = null;
        _telemetry.OnQueued(-1);
    }

    private void Wake(LinkedListNode<Worker> idle)
    {
        _idle.Remove(idle);
        idle.Value.Wake();
    }

    /// <summary>Nothing came for a while: takes the thread from the idle ones; false if a call has done so just now.</summary>
    private bool TryRetire(Worker worker)
    {
        lock (_gate) return _idle.Remove(worker);
    }

    /// <summary>Ends the thread, unless a call has come meanwhile that found neither it nor room for another.</summary>
    private bool TryEnd()
    {
        lock (_gate)
        {
            if (_queue.Count > 0) return false;
            ThreadCount--;
            _telemetry.OnThreads(-1);
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of {Body} failed in the executor after its task was cancelled.")]
    private static partial void LogLateFailure(ILogger logger, string body, Exception exception);
}
