using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A barrier of the whole cluster, made by <c>loop.Barrier(parties)</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>Barrier</c>.</para>
/// <para><b>Cluster:</b> who waits and vanishes is not counted after its lease. When the barrier's silo is lost, those who wait keep their places, and nobody new is let
/// in for one lease.</para>
/// <para>It may travel, for instance as an argument of a coroutine, and then is that coroutine's.</para>
/// </remarks>
// Not immutable: copied, it must not keep the loop of its sender.
[GenerateSerializer, Alias(CoordinationAliases.Barrier)]
public sealed class ClusterBarrier : IBarrier
{
    [NonSerialized]
    private readonly IClusterLoop? _loop;

    internal ClusterBarrier(IClusterLoop loop, PrimitiveReference reference) => (_loop, Reference) = (loop, reference);

    /// <summary>Gets its name; <see langword="null"/> for one without, which belongs to its run.</summary>
    public string? Name => Reference.Name;

    /// <inheritdoc/>
    public int Parties => ((BarrierSettings)Reference.Settings).Parties;

    [Id(0)]
    internal PrimitiveReference Reference { get; }

    private PrimitiveHandle Handle => Reference.Bind(_loop);

    /// <inheritdoc/>
    public async Task<int> WaitAsync(CancellationToken cancellationToken = default) => (int)(await Handle.CallAsync((int)BarrierVerb.Wait, cancellationToken)).Value;

    /// <inheritdoc/>
    public Task ResetAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)BarrierVerb.Reset, cancellationToken);

    /// <inheritdoc/>
    public Task AbortAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)BarrierVerb.Abort, cancellationToken);

    /// <inheritdoc/>
    public Task<BarrierStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Handle.GetBarrierStatusAsync(cancellationToken);

    /// <inheritdoc/>
    public override string ToString() => Reference.ToString();
}
