using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A semaphore of the whole cluster that can never have more permits than it was made with, made by <c>loop.BoundedSemaphore(permits)</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>BoundedSemaphore</c>.</para>
/// <para><b>Cluster:</b> as <see cref="ClusterSemaphore"/>.</para>
/// <para>It may travel, for instance as an argument of a coroutine, and then is that coroutine's.</para>
/// </remarks>
// Not immutable: copied, it must not keep the loop of its sender.
[GenerateSerializer, Alias(CoordinationAliases.BoundedSemaphore)]
public sealed class ClusterBoundedSemaphore : ISemaphore
{
    [NonSerialized]
    private readonly IClusterLoop? _loop;

    internal ClusterBoundedSemaphore(IClusterLoop loop, PrimitiveReference reference) => (_loop, Reference) = (loop, reference);

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
    public Task ReleaseAsync() => Handle.ReleaseAsync();

    /// <inheritdoc/>
    public async Task<bool> LockedAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)SemaphoreVerb.CountFree, cancellationToken)).Value == 0;

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
