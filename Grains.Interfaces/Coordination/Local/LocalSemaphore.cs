using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A semaphore of this process, bounded or not.</summary>
internal sealed class LocalSemaphore(IClusterLoop loop, int permits, bool isBounded) : ISemaphore
{
    private readonly LocalPrimitive _primitive = new(new SemaphoreCore(permits, isBounded));

    private PrimitiveHandle Handle => new(loop, _primitive, SemaphoreSettings.KindName, null);

    public Task<Lease> AcquireAsync(CancellationToken cancellationToken = default) => Handle.AcquireAsync((int)SemaphoreVerb.Acquire, cancellationToken);

    public Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default) => Handle.TryAcquireAsync((int)SemaphoreVerb.TryAcquire, cancellationToken);

    public Task ReleaseAsync() => isBounded ? Handle.ReleaseAsync() : Handle.ReleaseOrAddAsync();

    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)SemaphoreVerb.CountFree, cancellationToken)).Value == 0;
}
