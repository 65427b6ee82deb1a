using OrleansAsync.Coordination;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Testing;

/// <summary>Locks and queues while time jumps: leases are renewed before each jump, and waits let time pass.</summary>
public sealed class VirtualCoordinationTests(VirtualTimeFixture fixture) : IClassFixture<VirtualTimeFixture>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Who_holds_a_lock_for_an_hour_of_virtual_time_still_has_it()
    {
        var start = fixture.Cluster.Time.GetUtcNow();
        await fixture.Cluster.RunAsync(async loop =>
        {
            var held = loop.Lock();
            var lost = await loop.GatherAsync(Enumerable.Range(0, 3).Select(_ => Inline.Int(async body =>
            {
                await using var lease = await held.AcquireAsync();
                await body.SleepAsync(Hour);
                return lease.LeaseLost.IsCancellationRequested ? 1 : 0;
            })));
            Assert.Equal([0, 0, 0], lost);
        }).Soon();
        // One after the other.
        Assert.Equal(start + 3 * Hour, fixture.Cluster.Time.GetUtcNow());
    }

    [Fact]
    public async Task Who_waits_for_an_item_waits_exactly_until_it_comes()
    {
        var start = fixture.Cluster.Time.GetUtcNow();
        await fixture.Cluster.RunAsync(async loop =>
        {
            var queue = loop.Queue<int>();
            var taken = loop.CreateTask(Inline.Int(_ => queue.GetAsync()));
            await loop.SleepAsync(Hour);
            await queue.PutAsync(7);
            Assert.Equal(7, await taken);
            await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Hour, async _ => await queue.GetAsync()));
        }).Soon();
        Assert.Equal(start + 2 * Hour, fixture.Cluster.Time.GetUtcNow());
    }
}
