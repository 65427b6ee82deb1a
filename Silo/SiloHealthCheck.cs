using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansAsync.Hosting;

/// <summary>Healthy while this silo is an active member of its cluster; the answer names how many members that has.</summary>
/// <param name="oracle">What this silo knows of the members.</param>
internal sealed class SiloHealthCheck(ISiloStatusOracle oracle) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = oracle.CurrentStatus;
        var active = oracle.GetApproximateSiloStatuses(onlyActive: true).Count;
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy($"active; silos={active}")
            : HealthCheckResult.Unhealthy($"{status}; silos={active}"));
    }
}
