using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>An activation is an event loop: Orleans runs its turns one at a time, and every await ends one.</summary>
/// <remarks>
/// Reentrant, because tasks interleave at their awaits; the loop's state is consistent between turns. Its tasks run outside any request, so it
/// is kept from idle collection, and it never moves.
/// </remarks>
[GrainType(Aliases.EventLoop), Reentrant, KeepAlive, Immovable, EventLoopPlacement]
internal sealed class EventLoopGrain(
    CoroutineRegistry registry, Serializer serializer, TimeProvider time, IOptions<EventLoopOptions> options, EventLoopDrain drain, IExecutor executor,
    IClusterMembershipService membership, ILogger<EventLoopGrain> logger)
    : Grain, IEventLoopGrain, IDisposable
{
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(1);

    private EventLoop _loop = null!;
    private TaskOwner _children = null!;
    private IDisposable _draining = null!;
    private ITimer _leases = null!;
    private ITimer _heartbeat = null!;
    private IDisposable? _watched;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        // Turns of this activation: whatever tasks and channels await resumes here.
        _children = new TaskOwner(OwnerIds.NewLoop(key), isLoop: true, GrainFactory, serializer, time, TaskScheduler.Current, logger) { IsDebug = options.Value.Debug, Executor = executor };
        _children.Local = _loop = new EventLoop(key, registry, _children, serializer, time, options.Value, logger);
        var period = options.Value.ChannelLease / 6;
        // No timers of the grain: in a test's virtual time they would move with it.
        var upkeep = time.ForUpkeep();
        _leases = upkeep.CreateTimer(_ => _children.Start(ExpireLeasesAsync), null, period, period);
        _heartbeat = upkeep.CreateTimer(_ => MeasureLag(), null, HeartbeatPeriod, HeartbeatPeriod);
        _watched = _children.VirtualTime?.Add(_loop);
        _draining = drain.Add(() => _children.StartAsync(_loop.LeaveAsync));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _loop.Stop();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _watched?.Dispose();
        _leases.Dispose();
        _heartbeat.Dispose();
        _draining.Dispose();
        _children.Abandon();
    }

    private Task ExpireLeasesAsync()
    {
        _loop.ExpireLeases(silo => membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead);
        return Task.CompletedTask;
    }

    /// <summary>How long a turn that was asked for last had to wait for others.</summary>
    private void MeasureLag()
    {
        var asked = Stopwatch.GetTimestamp();
        _children.Start(() =>
        {
            _loop.Lag = Stopwatch.GetElapsedTime(asked);
            _loop.EndTrace();
            return Task.CompletedTask;
        });
    }

    public Task<ChannelOpened> OpenAsync(OpenChannel request) => Task.FromResult(_loop.Open(request));

    public Task<SubmitReply> SubmitAsync(SubmitBatch batch) => Task.FromResult(_loop.Submit(batch));

    public Task<OutcomeBatch> PollAsync(PollRequest request) => _loop.PollAsync(request);

    public Task<int> CancelOwnedAsync(ImmutableArray<string> owners) => _loop.CancelOwnedAsync(owners);

    public Task<TaskPage> ListTasksAsync(TaskQuery query) => Task.FromResult(_loop.List(query));

    public Task<ImmutableArray<AwaitEdge>> GetAwaitedAsync(ImmutableArray<AwaitedTask> tasks) => Task.FromResult(_loop.GetAwaited(tasks));

    public Task<CancelByIdReply> CancelByIdAsync(CancelById request) => _loop.CancelByIdAsync(request);

    public Task<ClusterLoopInfo> GetInfoAsync() => Task.FromResult(_loop.GetInfo());

    public Task<LoopPicture> WatchAsync(LoopWatch request) => Task.FromResult(_loop.Watch(request));
}
