using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A lock of the whole cluster, made by <c>loop.Lock()</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>Lock</c>.</para>
/// <para><b>Cluster:</b> a hold is a lease of this process, with a fencing number. When the process vanishes, the next one gets the lock after the lease; when the
/// lock's silo is lost, holders and waiters keep their places, and nobody else gets in for one lease.</para>
/// <para>It may travel, for instance as an argument of a coroutine, and then is that coroutine's.</para>
/// </remarks>
// Not immutable: copied, it must not keep the loop of its sender.
[GenerateSerializer, Alias(CoordinationAliases.Lock)]
public sealed class ClusterLock : ILock
{
    [NonSerialized]
    private readonly IClusterLoop? _loop;

    internal ClusterLock(IClusterLoop loop, PrimitiveReference reference) => (_loop, Reference) = (loop, reference);

    /// <summary>Gets its name; <see langword="null"/> for one without, which belongs to its run.</summary>
    public string? Name => Reference.Name;

    [Id(0)]
    internal PrimitiveReference Reference { get; }

    internal PrimitiveHandle Handle => Reference.Bind(_loop);

    /// <inheritdoc/>
    public Task<Lease> AcquireAsync(CancellationToken cancellationToken = default) => Handle.AcquireAsync((int)LockVerb.Acquire, cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default) => Handle.TryAcquireAsync((int)LockVerb.TryAcquire, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync() => Handle.ReleaseAsync();

    /// <inheritdoc/>
    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)LockVerb.CountHeld, cancellationToken)).Value > 0;

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
