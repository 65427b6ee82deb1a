namespace OrleansAsync.Coordination;

/// <summary>A condition of a lock of this process.</summary>
/// <param name="itsLock">The lock.</param>
/// <param name="part">Which of its conditions it is.</param>
internal sealed class LocalCondition(LocalLock itsLock, string part) : ICondition
{
    private PrimitiveHandle Handle => itsLock.Handle;

    public Task<Lease> AcquireAsync(CancellationToken cancellationToken = default) => Handle.AcquireAsync((int)LockVerb.Acquire, cancellationToken);

    public Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default) => Handle.TryAcquireAsync((int)LockVerb.TryAcquire, cancellationToken);

    public Task ReleaseAsync() => Handle.ReleaseAsync();

    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)LockVerb.CountHeld, cancellationToken)).Value > 0;

    public Task WaitAsync(CancellationToken cancellationToken = default) => Handle.WaitAsync(part, cancellationToken);

    public Task WaitForAsync(Func<bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Handle.WaitForAsync(part, () => Task.FromResult(predicate()), cancellationToken);
    }

    public Task WaitForAsync(Func<Task<bool>> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Handle.WaitForAsync(part, predicate, cancellationToken);
    }

    public Task NotifyAsync(int count = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Handle.NotifyAsync(part, count, cancellationToken);
    }

    public Task NotifyAllAsync(CancellationToken cancellationToken = default) => Handle.NotifyAsync(part, long.MaxValue, cancellationToken);
}
