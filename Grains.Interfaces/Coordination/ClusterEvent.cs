using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>An event of the whole cluster, made by <c>loop.Event()</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>Event</c>.</para>
/// <para><b>Cluster:</b> the flag is stored before anybody learns that it changed, so it survives the loss of its silo; so do those who wait.</para>
/// <para>It may travel, for instance as an argument of a coroutine, and then is that coroutine's.</para>
/// </remarks>
// Not immutable: copied, it must not keep the loop of its sender.
[GenerateSerializer, Alias(CoordinationAliases.Event)]
public sealed class ClusterEvent : IEvent
{
    [NonSerialized]
    private readonly IClusterLoop? _loop;

    internal ClusterEvent(IClusterLoop loop, PrimitiveReference reference) => (_loop, Reference) = (loop, reference);

    /// <summary>Gets its name; <see langword="null"/> for one without, which belongs to its run.</summary>
    public string? Name => Reference.Name;

    [Id(0)]
    internal PrimitiveReference Reference { get; }

    private PrimitiveHandle Handle => Reference.Bind(_loop);

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)EventVerb.Wait, cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)EventVerb.Set, cancellationToken);

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)EventVerb.Clear, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsSetAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)EventVerb.CountSet, cancellationToken)).Value > 0;

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
