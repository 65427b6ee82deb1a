namespace OrleansAsync.Coordination;

/// <summary>A condition of a lock of the whole cluster, made by <c>loop.Condition()</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>Condition</c>.</para>
/// <para><b>Cluster:</b> it lives with its lock. Giving the lock up and waiting is one step there, and so is being notified and waiting for the lock.
/// When the lock's silo is lost, whoever waited is woken as if notified.</para>
/// <para>It may travel, for instance as an argument of a coroutine, and then is that coroutine's.</para>
/// </remarks>
// Not immutable: copied, it must not keep the loop of its sender.
[GenerateSerializer, Alias(CoordinationAliases.Condition)]
public sealed class ClusterCondition : ICondition
{
    internal ClusterCondition(ClusterLock itsLock, string part) => (Lock, Part) = (itsLock, part);

    /// <summary>Gets the lock it is a condition of.</summary>
    [Id(0)]
    public ClusterLock Lock { get; }

    /// <summary>Which of the lock's conditions it is.</summary>
    [Id(1)]
    internal string Part { get; }

    private PrimitiveHandle Handle => Lock.Handle;

    /// <inheritdoc/>
    public Task<Lease> AcquireAsync(CancellationToken cancellationToken = default) => Handle.AcquireAsync((int)LockVerb.Acquire, cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default) => Handle.TryAcquireAsync((int)LockVerb.TryAcquire, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync() => Handle.ReleaseAsync();

    /// <inheritdoc/>
    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)LockVerb.CountHeld, cancellationToken)).Value > 0;

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken cancellationToken = default) => Handle.WaitAsync(Part, cancellationToken);

    /// <inheritdoc/>
    public Task WaitForAsync(Func<bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Handle.WaitForAsync(Part, () => Task.FromResult(predicate()), cancellationToken);
    }

    /// <inheritdoc/>
    public Task WaitForAsync(Func<Task<bool>> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return Handle.WaitForAsync(Part, predicate, cancellationToken);
    }

    /// <inheritdoc/>
    public Task NotifyAsync(int count = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Handle.NotifyAsync(Part, count, cancellationToken);
    }

    /// <inheritdoc/>
    public Task NotifyAllAsync(CancellationToken cancellationToken = default) => Handle.NotifyAsync(Part, long.MaxValue, cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => $"A condition of {Lock}";
}
