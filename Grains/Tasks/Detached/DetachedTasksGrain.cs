using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <summary>Drives one shard of the detached tasks: what it starts runs on the loops of its own silo, so both are lost together or not at all.</summary>
/// <remarks>
/// Reentrant: waits for tasks and for the store interleave. Orleans may have two activations for a moment, so only the one that took the shard
/// over last may write; the other notices at its next write, and goes.
/// </remarks>
[GrainType(Aliases.DetachedTasks), Reentrant, KeepAlive, Immovable]
internal sealed partial class DetachedTasksGrain(
    IServiceProvider services, ILocalSiloDetails silo, CoroutineRegistry registry, Serializer serializer, TimeProvider time, ILogger<DetachedTasksGrain> logger)
    : Grain, IDetachedTasksGrain, IRemindable, ITaskObserver, IVirtualTimePart, IDisposable
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);
    private static readonly DetachedAnswer Done = new(DetachedStatus.Ok);

    private readonly Dictionary<long, DetachedRun> _runs = [];
    private DetachedTable? _table;
    private TaskOwner _owner = null!;
    private ClusterLoop _loop = null!;
    private IDisposable? _watched;
    private bool _isSuperseded;
    private bool _isUnusable;
    private string _whyNoStore = "the cluster has none; use silo processes (--cluster local or @FILE), or give silos of your own UseSqliteStore or UsePostgreSqlStore";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var shard = checked((int)this.GetPrimaryKeyLong());
        if (shard is < 0 or >= DetachedTaskId.Shards) throw new InvalidOperationException($"There is no shard {shard} of the detached tasks.");
        if (services.GetService<IStore>() is not { } store) return;
        var (own, address) = (DetachedTaskId.OwnerOf(shard), silo.SiloAddress.ToParsableString());
        _owner = new TaskOwner(OwnerIds.NewLoop($"{address}/{own}"), isLoop: false, GrainFactory, serializer, time, TaskScheduler.Current, logger, address);
        _loop = new ClusterLoop(_owner, own);
        _watched = _owner.VirtualTime?.Add(this);
        var table = new DetachedTable(store, shard, time);
        try
        {
            var rows = await table.TakeOverAsync(cancellationToken);
            _table = table;
            await ResumeAsync(rows);
        }
        catch (ProgramException e) when (e.IsInput)
        {
            // Such as a store that a newer program wrote: callers must learn it rather than try for ever.
            (_whyNoStore, _isUnusable) = (e.Message, true);
        }
    }

    public async Task<DetachedAnswer> CreateAsync(DetachedStart start)
    {
        if (Unable() is { } answer) return answer;
        if (_runs.ContainsKey(start.Number)) return Done;
        // Copies of a message that come together are one: the task may start and end between what the second reads and what it does then.
        if (_creating.TryGetValue(start.Number, out var same)) return await same;
        var creation = CreateOnceAsync(start);
        if (!creation.IsCompleted) _creating.Add(start.Number, creation);
        return await creation;
    }

    private async Task<DetachedAnswer> CreateOnceAsync(DetachedStart start)
    {
        try
        {
            await EnsureReminderAsync();
            var added = await _table!.AddAsync(start);
            if (!added.Applied) return Supersede();
            // A copy of the message came before: long ago, or its creator was not answered.
            if (added.Affected is [0] && await _table.FindAsync(start.Number) is not { Info.EndedAt: null }) return Done;
            if (!_runs.ContainsKey(start.Number)) Run(new(start.Number, start.Coroutine, start.IsAtMostOnce, start.MaxRestarts, start.Retention, 0, 0, null, start.Name));
            return Done;
        }
        finally
        {
            _creating.Remove(start.Number);
        }
    }

    public async Task<DetachedAnswer> WaitAsync(long number, bool rendered)
    {
        if (_runs.TryGetValue(number, out var run))
        {
            await run.Stored.Task.PollAsync(Slice, time);
        }
        return await GetAsync(number, rendered);
    }

    public async Task<DetachedAnswer> GetAsync(long number, bool rendered)
    {
        if (Unable() is { } answer) return answer;
        if (await _table!.FindAsync(number) is not { IsForgotten: false } record) return new(DetachedStatus.NotFound);
        if (record.Info.EndedAt is null)
        {
            return new(DetachedStatus.Ok, _runs.TryGetValue(number, out var run) ? record.Info with { Attempt = run.Attempt } : record.Info);
        }
        var payload = rendered ? DetachedJson.Render(record, registry, serializer) : record.Result;
        return new(DetachedStatus.Ok, record.Info, record.Kind, payload);
    }

    public async Task<DetachedAnswer> CancelAsync(DetachedCancel cancel)
    {
        if (Unable() is { } answer) return answer;
        if (!_runs.TryGetValue(cancel.Number, out var run))
        {
            return new(await _table!.FindAsync(cancel.Number) is { IsForgotten: false } ? DetachedStatus.No : DetachedStatus.NotFound);
        }
        if (!await _table!.CancelAsync(cancel.Number, serializer.SerializeToArray(cancel.Message))) return Supersede();
        if (run.CancelRequest == cancel.Request) return Done;
        run.CancelRequest = cancel.Request;
        return await run.RequestCancelAsync(cancel.Message) ? Done : new(DetachedStatus.No);
    }

    public async Task<DetachedAnswer> ForgetAsync(long number)
    {
        if (Unable() is { } answer) return answer;
        if (_runs.ContainsKey(number)) return new(DetachedStatus.No);
        if (await _table!.FindAsync(number) is not { } record) return new(DetachedStatus.NotFound);
        return record.IsForgotten || await _table.ForgetAsync(number) ? Done : Supersede();
    }

    public Task<AwaitedTask?> LocateAsync(long number) =>
        Task.FromResult(_runs.TryGetValue(number, out var run) && run is { IsCompleted: false, IsUnplaced: false } ? run.ToAwaited() : null);

    public Task WakeAsync() => Task.CompletedTask;

    TaskScheduler IVirtualTimePart.Scheduler => _owner.Scheduler;

    string? IVirtualTimePart.FindActivity(IVirtualTime virtualTime) =>
        _runs.Values.Any(run => run.IsCompleted && !run.Stored.Task.IsCompleted) ? $"shard {_loop.OwnerId} of the detached tasks stores outcomes" : _owner.FindActivity();

    private DetachedAnswer? Unable()
    {
        if (_isSuperseded) return new(DetachedStatus.Superseded);
        if (_table is not null) return null;
        // The next caller's activation looks again.
        if (_isUnusable) DeactivateOnIdle();
        return new(DetachedStatus.NoStore, Payload: Encoding.UTF8.GetBytes(_whyNoStore));
    }
}
