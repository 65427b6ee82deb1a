using OrleansAsync.Coordination;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.Cluster.Testing;

namespace OrleansAsync.Tests.Cluster.Coordination;

/// <summary>Primitives of the cluster in virtual time: waits take as long as they say, and leases live through them.</summary>
public sealed class PrimitiveTimeTests(VirtualTimeFixture fixture) : IClassFixture<VirtualTimeFixture>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, BothOwners]
    public async Task A_wait_lasts_as_long_as_its_timeout_and_a_hold_as_long_as_its_holder(Owner owner)
    {
        var start = fixture.Cluster.Time.GetUtcNow();
        await fixture.RunAsync(owner, async loop =>
        {
            var condition = loop.Condition();
            await using (var lease = await condition.AcquireAsync())
            {
                await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Hour, _ => condition.Lock.AcquireAsync()));
                await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Hour, _ => condition.WaitAsync()));
                await loop.SleepAsync(Hour);
                Assert.False(lease.LeaseLost.IsCancellationRequested);
                Assert.True(await condition.LockedAsync());
            }
            Assert.False(await condition.LockedAsync());
        });
        Assert.Equal(start + (3 * Hour), fixture.Cluster.Time.GetUtcNow());
    }

    [Theory, BothOwners]
    public async Task Tasks_that_wait_for_each_other_let_time_pass(Owner owner)
    {
        var start = fixture.Cluster.Time.GetUtcNow();
        await fixture.RunAsync(owner, async loop =>
        {
            var (theLock, barrier) = (loop.Lock(), loop.Barrier(4));
            await loop.TaskGroupAsync(group =>
            {
                for (var i = 0; i < 4; i++)
                {
                    group.Start(Inline.Do(async body =>
                    {
                        await using (await theLock.AcquireAsync()) await body.SleepAsync(Hour);
                        await barrier.WaitAsync();
                    }));
                }
            });
        });
        // One after the other.
        Assert.Equal(start + (4 * Hour), fixture.Cluster.Time.GetUtcNow());
    }
}
