namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>When this silo has last seen one go: until a bucket would be full again after that, one that is activated may be the successor of one that was lost.</summary>
internal sealed class SiloLosses(IClusterMembershipService membership, TimeProvider time) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, SiloStatus> _gone = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;
    private long? _last;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SiloLosses), ServiceLifecycleStage.Active,
        _ =>
        {
            Note(membership.CurrentSnapshot);
            _watching = WatchAsync();
            return Task.CompletedTask;
        },
        async cancellationToken =>
        {
            await _stopping.CancelAsync();
            await _watching.WaitAsync(cancellationToken);
        });

    public void Dispose() => _stopping.Dispose();

    /// <summary>How long ago the last silo went, of which an activation may have been lost; zero while one is going, <see langword="null"/> if none has.</summary>
    public async Task<TimeSpan?> SinceLastAsync(CancellationToken cancellationToken)
    {
        // As it is in the table: whoever let this activation come about may know of a loss that this silo has not heard of.
        await membership.Refresh(default, cancellationToken);
        var silos = membership.CurrentSnapshot;
        Note(silos);
        if (silos.Members.Values.Any(silo => silo.Status is SiloStatus.ShuttingDown or SiloStatus.Stopping)) return TimeSpan.Zero;
        lock (_gate) return _last is { } last ? time.GetElapsedTime(last) : null;
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (var silos in membership.MembershipUpdates.WithCancellation(_stopping.Token)) Note(silos);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the silo is stopping
        }
    }

    private void Note(ClusterMembershipSnapshot silos)
    {
        lock (_gate)
        {
            foreach (var silo in silos.Members.Values.Where(silo => silo.Status is SiloStatus.ShuttingDown or SiloStatus.Stopping or SiloStatus.Dead))
            {
                if (_gone.TryGetValue(silo.SiloAddress, out var status) && status == silo.Status) continue;
                _gone[silo.SiloAddress] = silo.Status;
                _last = time.GetTimestamp();
            }
        }
    }
}
