using OrleansAsync.Coordination;
using OrleansAsync.Execution;

namespace OrleansAsync.Workloads;

/// <summary>Acquires a lock and releases it, again and again: with others that do the same on other loops it is handed over each time.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Times">How often.</param>
[GenerateSerializer, Immutable, Alias("oa.workloads.hold-lock")]
public sealed record HoldLock([property: Id(0)] ClusterLock Lock, [property: Id(1)] int Times) : Coroutine<int>;

internal sealed class HoldLockBody : CoroutineBody<HoldLock, int>
{
    protected override async Task<int> RunAsync(HoldLock coroutine, IClusterLoop loop)
    {
        for (var i = 0; i < coroutine.Times; i++)
        {
            await using var lease = await coroutine.Lock.AcquireAsync();
        }
        return coroutine.Times;
    }
}
