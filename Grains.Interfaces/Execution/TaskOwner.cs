using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>
/// Whatever owns tasks: a client or silo process, or an event loop whose tasks create tasks. Spreads them over the cluster's loops, one channel
/// each, and starts them again elsewhere when a loop is lost.
/// </summary>
internal sealed partial class TaskOwner : IAsyncDisposable
{
    // How often the set of loops is read while tasks are out: it also tells which loops are lost.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskChannel> _channels = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private ImmutableArray<TaskChannel> _spread = [];
    private List<OwnedTask> _unplaced = [];
    private TaskCompletionSource? _wake;
    private uint _next;
    private int _generation;

    public TaskOwner(string id, bool isLoop, IGrainFactory grains, Serializer serializer, TimeProvider time, TaskScheduler scheduler, ILogger logger)
    {
        (Id, IsLoop, Grains, Serializer, Time, Scheduler, _logger) = (id, isLoop, grains, serializer, time, scheduler, logger);
        Loop = new ClusterLoop(this);
        if (isLoop) Timers = new LoopTimers(this);
    }

    public string Id { get; }
    public bool IsLoop { get; }
    public IGrainFactory Grains { get; }
    public Serializer Serializer { get; }
    public TimeProvider Time { get; }

    /// <summary>Where channels do their work: the thread pool in a client, the activation's turns in a loop.</summary>
    public TaskScheduler Scheduler { get; }

    /// <summary>The timers of a loop; a client uses the system's.</summary>
    public LoopTimers? Timers { get; }

    public ILogger Logger => _logger;

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The loop of this process, outside any task.</summary>
    public ClusterLoop Loop { get; }

    public void Submit(OwnedTask task)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (task.IsCompleted) return;
        var spread = _spread;
        if (!spread.IsEmpty && spread[(int)(Interlocked.Increment(ref _next) % (uint)spread.Length)].TryEnqueue(task)) return;
        lock (_gate) _unplaced.Add(task);
        EnsureRefreshing();
    }

    /// <summary>Cancels everything that a client, or a task, owns directly or further down, and waits until its cleanup has ended.</summary>
    public async Task CancelOwnedAsync(string owner, CancellationToken cancellationToken)
    {
        var loops = await Directory.GetLoopsAsync([]).WaitAsync(cancellationToken);
        await Task.WhenAll(loops.Active.Select(loop => CancelOwnedAsync(loop, owner, cancellationToken)));
    }

    private async Task CancelOwnedAsync(string key, string owner, CancellationToken cancellationToken)
    {
        var loop = Grains.GetGrain<IEventLoopGrain>(key);
        while (true)
        {
            try
            {
                if (await loop.CancelOwnedAsync(owner).WaitAsync(cancellationToken) == 0) return;
                LogStillInCleanup(_logger, owner, key);
            }
#pragma warning disable CA1031 // a loop that is lost has nothing left to cancel; any other fault is tried again
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogCloseFailed(_logger, owner, e);
                await Task.Delay(RefreshInterval / 4, Time, cancellationToken);
                if ((await Directory.GetLoopsAsync([key]).WaitAsync(cancellationToken)).Lost.Contains(key)) return;
            }
        }
    }

    /// <summary>Cancels what this owner still has running and closes its channels.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        var wasUsed = _channels.Count > 0;
        await _stopping.CancelAsync();
        if (IsLoop) return;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), Time);
            if (wasUsed) await CancelOwnedAsync(Id, limit.Token);
        }
#pragma warning disable CA1031 // the cluster may be gone already; the lease of each channel does the same a little later
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogCloseFailed(_logger, Id, e);
        }
        TaskChannel[] channels;
        OwnedTask[] unplaced;
        lock (_gate) (channels, unplaced) = ([.. _channels.Values], [.. _unplaced]);
        foreach (var channel in channels) channel.Close();
        foreach (var task in unplaced) task.Cancel($"Its owner {Id} was closed.");
    }

    /// <summary>Starts work on <see cref="Scheduler"/> that must not inherit the current task or its request context.</summary>
    public void Start(Func<Task> work)
    {
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _ = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler);
    }

    /// <summary>Reads the set of loops now, and again every few seconds while tasks are out.</summary>
    public void EnsureRefreshing()
    {
        lock (_gate)
        {
            if (_wake is not null)
            {
                _wake.TrySetResult();
                return;
            }
            _wake = NewWake();
        }
        Start(RefreshWhileNeededAsync);
    }

    /// <summary>Gives tasks that a lost loop had, or never got, to other loops.</summary>
    public void Replace(IEnumerable<(OwnedTask Task, bool MayHaveStarted)> tasks)
    {
        List<OwnedTask> again = [];
        foreach (var (task, mayHaveStarted) in tasks)
        {
            if (mayHaveStarted && (task.Options.OnLoss == OnLoss.Fail || task.Attempt >= task.Options.MaxRestarts))
            {
                task.Fail(new TaskLostException(task.Options.OnLoss == OnLoss.Fail
                    ? $"Task {task.Id} was lost with its silo and has OnLoss = Fail, so it was not started again."
                    : $"Task {task.Id} was lost with its silo and had been restarted {task.Attempt} times, its MaxRestarts."));
                continue;
            }
            if (mayHaveStarted) task.Attempt++;
            again.Add(task);
        }
        lock (_gate) _unplaced.AddRange(again);
        if (again.Count > 0) EnsureRefreshing();
    }

    /// <summary>After a lease has expired, what is submitted next comes over channels of a new name: the old ones are closed for good.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            _generation++;
            foreach (var channel in _channels.Values.ToArray())
            {
                if (channel.TryRetire()) _channels.Remove(channel.Key);
            }
            _spread = [];
        }
        EnsureRefreshing();
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IEventLoopDirectoryGrain Directory => Grains.GetGrain<IEventLoopDirectoryGrain>(0);

    private async Task RefreshWhileNeededAsync()
    {
        try
        {
            while (true)
            {
                Task wake;
                lock (_gate)
                {
                    if (_wake!.Task.IsCompleted) _wake = NewWake();
                    wake = _wake.Task;
                }
                await RefreshAsync();
                lock (_gate)
                {
                    if (_unplaced.Count == 0 && _channels.Values.All(c => c.IsIdle))
                    {
                        _wake = null;
                        return;
                    }
                }
                // Not more often than this, whoever asks: each reader of a large cluster asks the same few grains.
                await Task.Delay(RefreshInterval / 20, Time, _stopping.Token);
                await Task.WhenAny(wake, Task.Delay(RefreshInterval, Time, _stopping.Token));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the owner is closing
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            ImmutableArray<string> known;
            lock (_gate) known = [.. _channels.Keys];
            Apply(await Directory.GetLoopsAsync(known).WaitAsync(_stopping.Token));
        }
#pragma warning disable CA1031 // whatever the network or cluster does, waiting tasks need the next try
        catch (Exception e) when (!_stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogRefreshFailed(_logger, Id, e);
        }
    }

    private void Apply(EventLoopSet loops)
    {
        List<TaskChannel> lost = [];
        List<OwnedTask> unplaced = [];
        lock (_gate)
        {
            foreach (var key in loops.Lost)
            {
                if (_channels.Remove(key, out var channel)) lost.Add(channel);
            }
            foreach (var key in loops.Active)
            {
                if (!_channels.TryGetValue(key, out var channel) || channel.IsLost) _channels[key] = new TaskChannel(this, key, _generation == 0 ? Id : $"{Id}#{_generation}");
            }
            _spread = [.. loops.Active.Select(key => _channels[key])];
            if (!_spread.IsEmpty) (unplaced, _unplaced) = (_unplaced, []);
        }
        foreach (var channel in lost) channel.Lose();
        foreach (var task in unplaced) Submit(task);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Owner} could not read the set of event loops.")]
    private static partial void LogRefreshFailed(ILogger logger, string owner, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Owner} could not cancel what it left running.")]
    private static partial void LogCloseFailed(ILogger logger, string owner, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tasks of {Owner} on loop {Loop} are still in their cleanup.")]
    private static partial void LogStillInCleanup(ILogger logger, string owner, string loop);
}
