using Orleans.Concurrency;
using Orleans.Placement;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>One bucket.</summary>
/// <remarks>
/// Reentrant: callers wait side by side, in the order of the desk's queue. Its state is in memory: it stays until the bucket is full, as then it is as
/// good as a new one, and one that may have been lost with its silo begins empty.
/// </remarks>
[GrainType(RateLimitingAliases.Grain), Reentrant, Immovable]
internal sealed class RateLimiterGrain(SiloLosses losses, TimeProvider time) : Grain, IRateLimiterGrain, IDisposable
{
    private TicketDesk _desk = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => _desk = new TicketDesk(time, await losses.SinceLastAsync(cancellationToken));

    public void Dispose() => _desk?.Dispose();

    public async Task<RateLimitReply> AcquireAsync(RateLimitRequest request)
    {
        var reply = await _desk.AcquireAsync(request);
        if (_desk.UntilFull is { } left && left > TimeSpan.Zero) DelayDeactivation(left);
        return reply;
    }

    public Task LeaveAsync(Guid ticket)
    {
        _desk.Leave(ticket);
        return Task.CompletedTask;
    }
}
