using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>Runs several main coroutines, one after another, that share a context and what they leave running.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>asyncio.Runner</c>. What a run leaves running goes on during the next ones, and is cancelled and awaited when the runner
/// is closed; <c>loop.RunAsync</c> is a runner for one run.</para>
/// <para><b>Cluster:</b> a main coroutine runs on a silo in a copy of <see cref="Context"/>: what it sets itself is seen by the tasks it creates, and
/// stays there. If the client dies, its lease cancels what it left running.</para>
/// </remarks>
public sealed class ClusterRunner : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ClusterLoop _loop;
    private readonly List<string> _left = [];
    private Task? _closing;
    private ClusterTask? _main;

    /// <summary>Opens a runner, with a copy of the caller's <see cref="RequestContext"/>.</summary>
    /// <param name="loop">The cluster, as a client or a grain sees it.</param>
    /// <exception cref="InvalidOperationException">Called from a running coroutine: await a task there instead.</exception>
    public ClusterRunner(IClusterLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        TaskLoopExtensions.ThrowIfRunning(loop);
        _loop = ClusterLoop.From(loop);
        // Orleans keeps what belongs to a call under names with a #.
        Context = RequestContext.Entries.Where(entry => !entry.Key.StartsWith('#')).ToDictionary();
    }

    /// <summary>Gets the values that every run finds in its <see cref="RequestContext"/>; they can be changed between runs.</summary>
    public IDictionary<string, object> Context { get; }

    /// <summary>Runs a main coroutine.</summary>
    /// <param name="main">The main coroutine.</param>
    /// <param name="cancellationToken">Cancels the main coroutine; this call returns after its cleanup.</param>
    /// <returns>What it returned; its exception is thrown.</returns>
    /// <exception cref="InvalidOperationException">The runner is closed, or runs another one.</exception>
    /// <remarks><b>asyncio:</b> <c>Runner.run</c>.</remarks>
    public async Task<TResult> RunAsync<TResult>(Coroutine<TResult> main, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        var task = Start(() => _loop.CreateTask(main));
        await EndAsync(task, cancellationToken);
        return task.Result;
    }

    /// <inheritdoc cref="RunAsync{TResult}"/>
    public async Task RunAsync(Coroutine main, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        var task = Start(() => _loop.CreateTask(main));
        await EndAsync(task, cancellationToken);
        await task;
    }

    /// <summary>Closes the runner: cancels a main coroutine that is running and what runs have left running, and waits for their cleanup. Does nothing the second time.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_gate) closing = _closing ??= CloseAsync(_main);
        await closing;
    }

    private TTask Start<TTask>(Func<TTask> create) where TTask : ClusterTask
    {
        lock (_gate)
        {
            if (_closing is not null) throw new InvalidOperationException("The runner is closed: open another one.");
            if (_main is not null) throw new InvalidOperationException($"The runner runs task {_main.Id}: await that run first, or open another runner.");
            // The caller's context comes back when this asynchronous method's caller goes on.
            RequestContextExtensions.Import(Context.Count == 0 ? null : Context.ToDictionary());
            var task = create();
            _main = task;
            return task;
        }
    }

    private async Task EndAsync(ClusterTask main, CancellationToken cancellationToken)
    {
        var hasLeft = await TaskLoopExtensions.EndOfMainAsync(main, cancellationToken);
        lock (_gate)
        {
            _main = null;
            if (hasLeft) _left.Add(main.Id);
        }
    }

    private async Task CloseAsync(ClusterTask? main)
    {
        if (main is not null)
        {
            await main.RequestCancelAsync(null);
            await main.AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        List<string> left;
        lock (_gate) left = [.. _left];
        // Its own end may not have been noted yet.
        if (main is not null && !left.Contains(main.Id)) left.Add(main.Id);
        if (left.Count > 0) await _loop.Tasks.CancelOwnedAsync([.. left], default);
    }
}
