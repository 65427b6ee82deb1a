using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Faults;

/// <summary>Gathers coroutines like itself, down to those that wait for a gate: a tree of tasks to look at.</summary>
/// <param name="Number">Its place in the tree, in decimals: the second child of 1 is 12.</param>
/// <param name="Depth">How many levels are below it.</param>
/// <param name="Width">How many children each has.</param>
/// <param name="Journal">Where the leaves note that they started.</param>
/// <param name="Gate">The file the leaves wait for.</param>
[GenerateSerializer, Immutable, Alias("oa.faults.nested")]
public sealed record Nested([property: Id(0)] long Number, [property: Id(1)] int Depth, [property: Id(2)] int Width, [property: Id(3)] string Journal, [property: Id(4)] string Gate) : Coroutine<long>;

internal sealed class NestedBody : CoroutineBody<Nested, long>
{
    protected override async Task<long> RunAsync(Nested coroutine, IClusterLoop loop)
    {
        if (coroutine.Depth > 0)
        {
            var below = await loop.GatherAsync(Enumerable.Range(1, coroutine.Width).Select(index => coroutine with { Number = (coroutine.Number * 10) + index, Depth = coroutine.Depth - 1 }));
            return below.Sum() + coroutine.Number;
        }
        new Journal(coroutine.Journal).Add(coroutine.Number, loop.Attempt, JournalEvent.Started);
        await loop.Await(token => Gate.OpenedAsync(coroutine.Gate).WaitAsync(token));
        return coroutine.Number;
    }
}
