using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Workloads;

/// <summary>Waits many times at once on one event loop, as asyncio would.</summary>
/// <param name="Count">How many times.</param>
/// <param name="Delay">How long each.</param>
[GenerateSerializer, Immutable, Alias("oa.workloads.naps-on-one-loop")]
public sealed record NapsOnOneLoop([property: Id(0)] int Count, [property: Id(1)] TimeSpan Delay) : Coroutine<long>;

internal sealed class NapsOnOneLoopBody : CoroutineBody<NapsOnOneLoop, long>
{
    private static readonly TaskOptions Here = new() { Placement = TaskPlacement.SameLoop };

    protected override async Task<long> RunAsync(NapsOnOneLoop coroutine, IClusterLoop loop) =>
        (await loop.GatherAsync(Enumerable.Range(0, coroutine.Count).Select(number => loop.CreateTask(new Nap(coroutine.Delay, number), Here)))).Sum();
}
