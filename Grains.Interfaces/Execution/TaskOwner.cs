using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskChannel> _channels = [];
    private readonly ConcurrentDictionary<Type, Lazy<IOwnerPart>> _parts = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private readonly string? _silo;
    private TaskCompletionSource _connectionLost = NewWake();
    private ImmutableArray<TaskChannel> _spread = [];
    private List<OwnedTask> _unplaced = [];
    private uint _next;
    private int _generation;
    private volatile bool _isAbandoned;

    /// <param name="id">Names the sender of its channels, and is the id under which its own tasks are owned.</param>
    /// <param name="isLoop">Whether it is an event loop's: its tasks are children of admitted tasks.</param>
    /// <param name="grains">The way to the loops.</param>
    /// <param name="serializer">Writes coroutines, reads outcomes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="scheduler">Where channels do their work: the thread pool in a client, the activation's turns in a grain.</param>
    /// <param name="logger">The log.</param>
    /// <param name="silo">The only silo whose loops it uses; <see langword="null"/> for all.</param>
    public TaskOwner(
        string id, bool isLoop, IGrainFactory grains, Serializer serializer, TimeProvider time, TaskScheduler scheduler, ILogger logger, string? silo = null)
    {
        (Id, IsLoop, Grains, Serializer, Time, Scheduler, _logger, _silo) = (id, isLoop, grains, serializer, time, scheduler, logger, silo);
        Loop = new ClusterLoop(this, id);
        if (isLoop) Timers = new LoopTimers(this);
    }

    public string Id { get; }
    public bool IsLoop { get; }
    public IGrainFactory Grains { get; }
    public Serializer Serializer { get; }
    public TimeProvider Time { get; }
    public TaskScheduler Scheduler { get; }

    /// <summary>The timers of a loop; a client uses the system's.</summary>
    public LoopTimers? Timers { get; }

    /// <summary>The loop whose tasks these are the children of; null in a client.</summary>
    public ILocalLoop? Local { get; set; }

    /// <summary>Where bodies of this loop that block run; null in a client.</summary>
    public IExecutor? Executor { get; init; }

    public ILogger Logger => _logger;

    /// <summary>Whether all its tasks are in debug mode.</summary>
    public bool IsDebug
    {
        get;
        init
        {
            field = value;
            if (value) CoroutineWatch.Enable(_logger);
        }
    }

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Whether it must not be heard of any more.</summary>
    public bool IsAbandoned => _isAbandoned;

    /// <summary>The loop of this process, outside any task.</summary>
    public ClusterLoop Loop { get; }

    /// <summary>What another capability keeps for this owner; made when it is first asked for.</summary>
    public T GetPart<T>(Func<TaskOwner, T> create) where T : class, IOwnerPart
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        return (T)_parts.GetOrAdd(typeof(T), static (_, make) => new(() => make.Create(make.Owner)), (Create: create, Owner: this)).Value;
    }

    public void Submit(OwnedTask task)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        if (task.IsCompleted) return;
        var spread = _spread;
        if (!spread.IsEmpty)
        {
            var own = task.Options.Placement == TaskPlacement.SameLoop ? Array.Find(ImmutableCollectionsMarshal.AsArray(spread)!, IsOwn) : null;
            if ((own ?? spread[(int)(Interlocked.Increment(ref _next) % (uint)spread.Length)]).TryEnqueue(task)) return;
        }
        lock (_gate) _unplaced.Add(task);
        EnsureRefreshing();
    }

    /// <summary>Whether a channel leads to the loop that this is the owner of.</summary>
    private bool IsOwn(TaskChannel channel) => IsLoop && Id.StartsWith(channel.Key, StringComparison.Ordinal) && Id[channel.Key.Length] == '@';

    /// <summary>Waits for an answer that may never come: whatever a lost gateway had in transit is repeated at once, not after its timeout.</summary>
    /// <exception cref="ConnectionLostException">The call must be repeated.</exception>
    public async Task<T> AnswerAsync<T>(Func<Task<T>> call)
    {
        var lost = _connectionLost.Task;
        var answer = call();
        return await Task.WhenAny(answer, lost) == answer ? await answer : throw new ConnectionLostException();
    }

    /// <summary>A connection to the cluster was lost, and with it what it had in transit.</summary>
    public void OnConnectionLost() => Interlocked.Exchange(ref _connectionLost, NewWake()).SetResult();

    /// <summary>Cancels everything that a client, or a task, owns directly or further down, and waits until its cleanup has ended.</summary>
    public async Task CancelOwnedAsync(ImmutableArray<string> owners, CancellationToken cancellationToken)
    {
        var loops = await GetAllLoopsAsync(owners, cancellationToken);
        await Task.WhenAll(loops.Select(loop => CancelOwnedAsync(loop, owners, cancellationToken)));
    }

    private async Task<ImmutableArray<string>> GetAllLoopsAsync(ImmutableArray<string> owners, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return (await AnswerAsync(() => Directory.GetLoopsAsync([])).WaitAsync(cancellationToken)).Active;
            }
#pragma warning disable CA1031 // whatever the network does, it is tried again
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogCloseFailed(_logger, owners[0], e);
                await PauseAsync(RefreshInterval / 4, cancellationToken);
            }
        }
    }

    private async Task CancelOwnedAsync(string key, ImmutableArray<string> owners, CancellationToken cancellationToken)
    {
        var loop = Grains.GetGrain<IEventLoopGrain>(key);
        for (var hasFailed = false; ;)
        {
            try
            {
                // A loop that is lost has nothing left to cancel.
                if (hasFailed && (await AnswerAsync(() => Directory.GetLoopsAsync([key])).WaitAsync(cancellationToken)).Lost.Contains(key)) return;
                if (await AnswerAsync(() => loop.CancelOwnedAsync(owners)).WaitAsync(cancellationToken) == 0) return;
                LogStillInCleanup(_logger, owners[0], key);
            }
#pragma warning disable CA1031 // whatever the network does, it is tried again until the loop answers or is known to be lost
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogCloseFailed(_logger, owners[0], e);
                hasFailed = true;
                await PauseAsync(RefreshInterval / 4, cancellationToken);
            }
        }
    }

    /// <summary>Ends without a word: loops learn of it by the lease, or with this owner's silo.</summary>
    public void Abandon()
    {
        _isAbandoned = true;
        _stopping.Cancel();
    }

    /// <summary>Cancels what this owner still has running and closes its channels.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        var wasUsed = _channels.Count > 0;
        ReportUnfinished();
        foreach (var part in _parts.Values) await part.Value.DisposeAsync();
        await _stopping.CancelAsync();
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), Time);
            if (wasUsed) await CancelOwnedAsync([Id], limit.Token);
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

    /// <summary>asyncio's "Task was destroyed but it is pending!".</summary>
    private void ReportUnfinished()
    {
        OwnedTask[] unfinished;
        lock (_gate) unfinished = [.. _channels.Values.SelectMany(channel => channel.Unfinished), .. _unplaced.Where(task => !task.IsCompleted)];
        if (unfinished.Length == 0) return;
        var some = string.Join(", ", unfinished.Take(5).Select(task => task.Describe()));
        LogUnfinished(_logger, Id, unfinished.Length, unfinished.Length > 5 ? $"{some}, …" : some);
    }

    /// <summary>Starts work on <see cref="Scheduler"/> that must not inherit the current task or its request context.</summary>
    public void Start(Func<Task> work) => _ = StartAsync(work);

    /// <inheritdoc cref="Start"/>
    /// <returns>A task that ends with the work.</returns>
    public Task StartAsync(Func<Task> work)
    {
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();
    }

    /// <summary>Gives tasks that a lost or leaving loop had, or never got, to other loops.</summary>
    public void Replace(IEnumerable<(OwnedTask Task, Relocation Reason)> tasks)
    {
        List<OwnedTask> again = [];
        foreach (var (task, reason) in tasks)
        {
            if (reason == Relocation.Lost && (task.Options.OnLoss == OnLoss.Fail || task.Losses >= task.Options.MaxRestarts))
            {
                task.Fail(new TaskLostException(task.Options.OnLoss == OnLoss.Fail
                    ? $"Task {task.Id} was lost with its silo and has OnLoss = Fail, so it was not started again."
                    : $"Task {task.Id} was lost with its silo and had been restarted {task.Losses} times, its MaxRestarts."));
                continue;
            }
            if (reason == Relocation.Lost) task.Losses++;
            if (reason != Relocation.NotStarted) task.Attempt++;
            again.Add(task);
        }
        lock (_gate) _unplaced.AddRange(again);
        if (again.Count > 0) EnsureRefreshing();
    }

    /// <summary>Gives nothing more to a loop whose silo is shutting down.</summary>
    public void Avoid(TaskChannel channel)
    {
        lock (_gate) _spread = _spread.Remove(channel);
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

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Owner} could not cancel what it left running.")]
    private static partial void LogCloseFailed(ILogger logger, string owner, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Owner {Owner} is closed while {Count} of its tasks are running; they are cancelled: {Tasks}")]
    private static partial void LogUnfinished(ILogger logger, string owner, int count, string tasks);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tasks of {Owner} on loop {Loop} are still in their cleanup.")]
    private static partial void LogStillInCleanup(ILogger logger, string owner, string loop);
}

/// <summary>What was in transit when a connection was lost is not answered any more.</summary>
internal sealed class ConnectionLostException() : IOException("The connection to the cluster was lost.");
