using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class MapTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    public Task Ordered_results_come_in_the_order_of_the_items(Owner owner) => RunAsync(owner, async loop =>
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), await ToListAsync(loop.MapAsync(Enumerable.Range(0, 500), i => new Nap(TimeSpan.Zero, i), 50))));

    [Theory, BothOwners]
    public Task Unordered_results_come_as_they_are_completed(Owner owner) => RunAsync(owner, async loop =>
    {
        Gate[] gates = [new(), new(), new()];
        Queue<int> order = new([2, 0, 1]);
        gates[order.Dequeue()].Open();
        List<int> results = [];
        await foreach (var result in loop.MapAsync(Enumerable.Range(0, 3), i => Gated(gates[i], i), 3, ordered: false))
        {
            results.Add(result);
            if (order.TryDequeue(out var next)) gates[next].Open();
        }
        Assert.Equal([2, 0, 1], results);
    });

    [Theory, BothOwners]
    public Task No_more_are_in_flight_than_allowed_and_the_source_is_read_no_further(Owner owner) => RunAsync(owner, async loop =>
    {
        var (read, taken, most) = (0, 0, 0);
        await foreach (var _ in loop.MapAsync(Source(), Inline.Int, 3))
        {
            // Read, and not yet taken: the three in flight and the one that waits for a place.
            taken++;
            most = Math.Max(most, Volatile.Read(ref read) - taken);
        }
        Assert.InRange(most, 1, 4);
        Assert.Equal(60, taken);

        IEnumerable<int> Source()
        {
            for (var i = 0; i < 60; i++)
            {
                Interlocked.Increment(ref read);
                yield return i;
            }
        }
    });

    [Theory, BothOwners]
    public Task Leaving_the_stream_cancels_and_awaits_what_still_runs(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        await foreach (var _ in loop.MapAsync([0, 1], i => i == 0 ? Gated(started, 0) : Sleeper(started, cleaned), 2)) break;
        Assert.True(cleaned.IsOpen);
    });

    [Theory, BothOwners]
    public Task The_first_failure_ends_the_stream_and_cancels_the_rest(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var failing = Inline.Int(async body =>
        {
            await body.WaitAsync(started);
            throw new InvalidOperationException("spam");
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => ToListAsync(loop.MapAsync([failing, Sleeper(started, cleaned)], c => c, 5)));
        Assert.True(cleaned.IsOpen);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failing_source_ends_the_stream(bool ordered)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ToListAsync(Client.MapAsync(Source(), Inline.Int, 5, ordered)).Soon());
        Assert.Equal("no more items", error.Message);

        static async IAsyncEnumerable<int> Source()
        {
            yield return 1;
            await Task.Yield();
            throw new InvalidOperationException("no more items");
        }
    }

    [Fact]
    public async Task An_empty_source_gives_nothing_and_a_wrong_bound_is_refused()
    {
        Assert.Empty(await ToListAsync(Client.MapAsync(Array.Empty<int>(), Inline.Int, 1)).Soon());
        Assert.Empty(await ToListAsync(Client.MapAsync(Array.Empty<int>(), Inline.Int, 1, ordered: false)).Soon());
        Assert.Throws<ArgumentOutOfRangeException>(() => Client.MapAsync([1], Inline.Int, 0));
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> source)
    {
        List<T> all = [];
        await foreach (var item in source) all.Add(item);
        return all;
    }
}
