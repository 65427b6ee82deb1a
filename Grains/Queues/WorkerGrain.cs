using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Timers;
using OrleansAsync.Execution;
using OrleansAsync.Storage;

namespace OrleansAsync.Queues;

/// <summary>What producers and consumers have in common: start, stop, progress, rate, retries, and coming back after a loss.</summary>
/// <remarks>
/// Its work goes on between messages, in turns of the activation. Stop and progress interleave with everything; they change nothing that the work relies on
/// besides the token.
/// </remarks>
internal abstract partial class WorkerGrain(
    string kind, IClusterLoop loop, IServiceProvider services, ILocalSiloDetails silo, Serializer serializer, TimeProvider time, ILogger logger) : Grain, IWorker, IRemindable, IDisposable
{
    private const string Reminder = "work";

    private static readonly TimeSpan StopSlice = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // The least that Orleans takes by default.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    private CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;
    private WorkerSpecification? _specification;
    private WorkerTable? _table;
    private WorkerState _state;
    private string? _lastError;
    private bool _isLeaving;
    private long _items;
    private long _errors;
    private long _setAside;
    private long _began;
    private TimeSpan _reserved;

    public (long Number, int Offset) Position { get; private set; }

    public CancellationToken Stopping => _stopping.Token;

    private string Name => this.GetPrimaryKeyString();

    // Whatever ends the work of a silo that shuts down, elsewhere it goes on.
    private bool IsLeaving => _isLeaving || services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.IsCancellationRequested == true;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<IStore>() is not { } store) return;
        _table = new WorkerTable(store, kind, Name);
        if (await _table.FindAsync(cancellationToken) is not { } row) return;
        Position = (row.Number, row.Offset);
        if (row.Specification is null) return;
        LogResumed(logger, kind, Name);
        Begin(serializer.Deserialize<WorkerSpecification>(row.Specification)!);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // What is at hand is finished if that does not take long; the rest is for the next activation.
        _isLeaving = true;
        await _stopping.CancelAsync();
        await _working.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stopping.Dispose();

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // Being active is all it is for.
        if (!_working.IsCompleted) return;
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    public async Task<bool> StopAsync()
    {
        if (_state == WorkerState.Running) _state = WorkerState.Stopping;
        await _stopping.CancelAsync();
        var working = _working;
        await working.WaitAsync(StopSlice, time.ForUpkeep()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return working.IsCompleted;
    }

    public Task<WorkerProgress> GetProgressAsync()
    {
        var seconds = time.GetElapsedTime(_began).TotalSeconds;
        return Task.FromResult(new WorkerProgress(
            _state, _items, _items > 0 && seconds > 0 ? _items / seconds : 0, _errors, _setAside, _lastError, silo.SiloAddress.Endpoint.ToString()));
    }

    public async Task PaceAsync(int items)
    {
        if (_specification!.MaxPerSecond is not { } rate) return;
        // Each reserves its time behind the others.
        var (now, own) = (time.GetElapsedTime(_began), _reserved);
        if (own < now) own = now;
        _reserved = own + TimeSpan.FromSeconds(items / rate);
        if (own > now) await Task.Delay(own - now, time, Stopping);
    }

    public async Task DoneAsync(int items, (long Number, int Offset) next)
    {
        _items += items;
        if (next == default) return;
        Position = next;
        if (_specification!.IsDurable) await StoreAsync(table => table.MoveAsync(next));
    }

    public async Task<bool> TryAsync(Func<Task> call)
    {
        for (var left = _specification!.MaxRetries; ; left--)
        {
            try
            {
                await call();
                return true;
            }
#pragma warning disable CA1031 // whatever a user's code throws
            catch (Exception e)
#pragma warning restore CA1031
            {
                Note(e);
                LogFailed(logger, kind, Name, left, e);
            }
            if (left == 0) return false;
            await Task.Delay(Pause, time, Stopping);
        }
    }

    public Task OnLostAsync(QueueLostException error)
    {
        Note(error);
        LogQueueLost(logger, kind, Name, error);
        return Task.Delay(Pause, time, Stopping);
    }

    public void OnSetAside(string item)
    {
        _setAside++;
        LogSetAside(logger, kind, Name, item, _lastError);
    }

    protected async Task<bool> StartAsync(WorkerSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        specification.Check();
        if (!_working.IsCompleted) return false;
        // One that was through begins anew; one that was stopped, or gave up, goes on.
        if (_state == WorkerState.Finished) Position = default;
        if (specification.IsDurable)
        {
            if (_table is null) throw new InvalidOperationException($"A {kind} on a durable queue needs a store, as the queue does.");
            if (services.GetService<IReminderRegistry>() is not null) await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
            await _table.SaveAsync(serializer.SerializeToArray(specification), Position);
        }
        Begin(specification);
        return true;
    }

    private void Begin(WorkerSpecification specification)
    {
        _stopping.Dispose();
        (_specification, _state, _stopping, _lastError) = (specification, WorkerState.Running, new CancellationTokenSource(), null);
        (_items, _errors, _setAside, _began, _reserved) = (0, 0, 0, time.GetTimestamp(), default);
        _working = WorkAsync(specification);
    }

    private async Task WorkAsync(WorkerSpecification specification)
    {
        // Whoever starts it is answered first.
        await Task.Yield();
        var state = WorkerState.Finished;
        try
        {
            await specification.RunAsync(this, loop);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            state = WorkerState.Stopped;
        }
#pragma warning disable CA1031 // whatever ended it: its progress says so
        catch (Exception e)
#pragma warning restore CA1031
        {
            state = WorkerState.Failed;
            Note(e);
            LogGivenUp(logger, kind, Name, e);
        }
        if (specification.IsDurable && !IsLeaving) await StoreAsync(table => table.EndAsync(state == WorkerState.Finished));
        _state = state;
    }

    // What is not stored is done again after a loss, which it may be anyway.
    private async Task StoreAsync(Func<WorkerTable, Task> write)
    {
        try
        {
            await write(_table!);
        }
        catch (StoreUnavailableException e)
        {
            LogNotStored(logger, kind, Name, e);
        }
    }

    private void Note(Exception error)
    {
        _errors++;
        _lastError = $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Kind} {Name} goes on here.")]
    private static partial void LogResumed(ILogger logger, string kind, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of {Kind} {Name} failed; it is repeated {Left} times.")]
    private static partial void LogFailed(ILogger logger, string kind, string name, int left, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue of {Kind} {Name} was lost with its silo; it goes on with the empty one.")]
    private static partial void LogQueueLost(ILogger logger, string kind, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Kind} {Name} has put an item aside, as its handler failed each time: {Item}. The last error: {Error}")]
    private static partial void LogSetAside(ILogger logger, string kind, string name, string item, string? error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not take how far {Kind} {Name} is.")]
    private static partial void LogNotStored(ILogger logger, string kind, string name, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Kind} {Name} has given up.")]
    private static partial void LogGivenUp(ILogger logger, string kind, string name, Exception exception);
}
