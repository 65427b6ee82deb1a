using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A lock of this process.</summary>
internal sealed class LocalLock(IClusterLoop loop) : ILock
{
    private readonly LocalPrimitive _primitive = new(new LockCore());

    internal PrimitiveHandle Handle => new(loop, _primitive, LockSettings.KindName, null);

    public Task<Lease> AcquireAsync(CancellationToken cancellationToken = default) => Handle.AcquireAsync((int)LockVerb.Acquire, cancellationToken);

    public Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default) => Handle.TryAcquireAsync((int)LockVerb.TryAcquire, cancellationToken);

    public Task ReleaseAsync() => Handle.ReleaseAsync();

    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)LockVerb.CountHeld, cancellationToken)).Value > 0;
}
