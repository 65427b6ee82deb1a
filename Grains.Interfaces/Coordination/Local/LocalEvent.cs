using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>An event of this process.</summary>
internal sealed class LocalEvent(IClusterLoop loop) : IEvent
{
    private readonly LocalPrimitive _primitive = new(new EventCore());

    private PrimitiveHandle Handle => new(loop, _primitive, EventSettings.KindName, null);

    public Task WaitAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)EventVerb.Wait, cancellationToken);

    public Task SetAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)EventVerb.Set, cancellationToken);

    public Task ClearAsync(CancellationToken cancellationToken = default) => Handle.CallAsync((int)EventVerb.Clear, cancellationToken);

    public async Task<bool> IsSetAsync(CancellationToken cancellationToken = default) => (await Handle.CallAsync((int)EventVerb.CountSet, cancellationToken)).Value > 0;
}
