using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Workloads;

/// <summary>Waits, then returns a number: the call to another machine that fan-out is about.</summary>
/// <param name="Delay">How long to wait.</param>
/// <param name="Number">What to return, so that a caller can check every result.</param>
[GenerateSerializer, Immutable, Alias("oa.workloads.nap")]
public sealed record Nap([property: Id(0)] TimeSpan Delay, [property: Id(1)] long Number) : Coroutine<long>;

internal sealed class NapBody : CoroutineBody<Nap, long>
{
    protected override async Task<long> RunAsync(Nap coroutine, IClusterLoop loop)
    {
        if (coroutine.Delay > TimeSpan.Zero) await loop.SleepAsync(coroutine.Delay);
        return coroutine.Number;
    }
}
