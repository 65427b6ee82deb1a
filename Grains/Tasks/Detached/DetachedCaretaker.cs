using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansAsync.Storage;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <summary>
/// Wakes the shards that have tasks to run when this silo starts and whenever another is gone, so that nobody waits for the next reminder, which
/// stays as the last resort.
/// </summary>
internal sealed partial class DetachedCaretaker(
    IServiceProvider services, IClusterMembershipService membership, IGrainFactory grains, TimeProvider time, ILogger<DetachedCaretaker> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int Tries = 5;

    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        if (services.GetService<IStore>() is { } store) lifecycle.Subscribe(nameof(DetachedCaretaker), ServiceLifecycleStage.Active, _ => StartAsync(store), StopAsync);
    }

    public void Dispose() => _stopping.Dispose();

    private Task StartAsync(IStore store)
    {
        // Not awaited: the silo serves meanwhile.
        _watching = Task.Run(() => WatchAsync(store));
        return Task.CompletedTask;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _watching.WaitAsync(cancellationToken);
    }

    private async Task WatchAsync(IStore store)
    {
        try
        {
            await WakeAsync(store);
            var gone = Gone();
            await foreach (var _ in membership.MembershipUpdates.WithCancellation(_stopping.Token))
            {
                if (Gone() is var now && now <= gone) continue;
                gone = now;
                await WakeAsync(store);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the silo is stopping
        }
    }

    private int Gone() => membership.CurrentSnapshot.Members.Values.Count(member => member.Status == SiloStatus.Dead);

    private async Task WakeAsync(IStore store)
    {
        for (var left = Tries; left > 0; left--)
        {
            try
            {
                var shards = await DetachedTable.FindUnfinishedAsync(store, _stopping.Token);
                await Task.WhenAll(shards.Select(shard => grains.GetGrain<IDetachedTasksGrain>(shard).WakeAsync())).WaitAsync(_stopping.Token);
                return;
            }
#pragma warning disable CA1031 // a store or a silo that cannot be reached right now: tried again, and then left to the reminder
            catch (Exception e) when (!_stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotWoken(logger, e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, _stopping.Token);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The shards of the detached tasks could not be woken.")]
    private static partial void LogNotWoken(ILogger logger, Exception exception);
}
