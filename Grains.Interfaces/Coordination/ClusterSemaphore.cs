using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A semaphore of the whole cluster, made by <c>loop.Semaphore(permits)</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>Semaphore</c>.</para>
/// <para><b>Cluster:</b> as <see cref="ClusterLock"/>, with as many holders as there are permits. The permits of a process that vanishes return after its lease.</para>
/// <para>It may travel, for instance as an argument of a coroutine, and then is that coroutine's.</para>
/// </remarks>
// Not immutable: copied, it must not keep the loop of its sender.
[GenerateSerializer, Alias(CoordinationAliases.Semaphore)]
public sealed class ClusterSemaphore : ISemaphore
{
    [NonSerialized]
    private readonly IClusterLoop? _loop;

    internal ClusterSemaphore(IClusterLoop loop, PrimitiveReference reference) => (_loop, Reference) = (loop, reference);

    /// <summary>Gets its name; <see langword="null"/> for one without, which belongs to its run.</summary>
    public string? Name => Reference.Name;

    [Id(0)]
    internal PrimitiveReference Reference { get; }

    private PrimitiveHandle Handle => Reference.Bind(_loop);

    /// <inheritdoc/>
    public Task<Lease> AcquireAsync(CancellationToken cancellationToken = default) => Handle.AcquireAsync((int)SemaphoreVerb.Acquire, cancellationToken);

    /// <inheritdoc/>
    public Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default) => Handle.TryAcquireAsync((int)SemaphoreVerb.TryAcquire, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync() => Handle.ReleaseOrAddAsync();

    /// <inheritdoc/>
    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)SemaphoreVerb.CountFree, cancellationToken)).Value == 0;

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
