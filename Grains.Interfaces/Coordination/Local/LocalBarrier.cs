using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>A barrier of this process.</summary>
internal sealed class LocalBarrier(IClusterLoop loop, int parties) : IBarrier
{
    private readonly LocalPrimitive _primitive = new(new BarrierCore(parties));

    public int Parties => parties;

    private PrimitiveHandle Handle => new(loop, _primitive, BarrierSettings.KindName, null);

    public async Task<int> WaitAsync(CancellationToken cancellationToken = default) => (int)(await Handle.CallAsync((int)BarrierVerb.Wait, cancellationToken)).Value;

    public Task ResetAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)BarrierVerb.Reset, cancellationToken);

    public Task AbortAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)BarrierVerb.Abort, cancellationToken);

    public Task<BarrierStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Handle.GetBarrierStatusAsync(cancellationToken);
}
