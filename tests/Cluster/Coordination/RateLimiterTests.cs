using System.Collections.Concurrent;
using OrleansAsync.Coordination.RateLimiting;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Testing;
using OrleansAsync.Tests.Cluster.Testing;

namespace OrleansAsync.Tests.Cluster.Coordination;

/// <summary>Rate limiters of the cluster and of one process, in virtual time: what they let pass when is known exactly.</summary>
public sealed class RateLimiterTests(VirtualTimeFixture fixture) : IClassFixture<VirtualTimeFixture>
{
    private static readonly RateLimit TenASecond = new() { Permits = 10, Period = TimeSpan.FromSeconds(1), Burst = 5 };

    private readonly string _name = Guid.NewGuid().ToString("N");

    private VirtualTimeCluster Cluster => fixture.Cluster;

    [Theory, BothOwners]
    public Task After_its_burst_permits_come_at_its_rate(Owner owner) => fixture.RunAsync(owner, async loop =>
    {
        foreach (var limiter in Both(loop))
        {
            var start = loop.Time.GetUtcNow();
            for (var i = 0; i < 5; i++) await limiter.AcquireAsync("ada");
            Assert.Equal(start, loop.Time.GetUtcNow());
            for (var i = 0; i < 20; i++) await limiter.AcquireAsync("ada");
            Assert.Equal(start + TimeSpan.FromSeconds(2), loop.Time.GetUtcNow());
            // Another key is another bucket.
            await limiter.AcquireAsync("grace", 5);
            Assert.Equal(start + TimeSpan.FromSeconds(2), loop.Time.GetUtcNow());
        }
    });

    [Theory, BothOwners]
    public async Task Callers_on_all_silos_share_a_bucket(Owner owner)
    {
        var start = Cluster.Time.GetUtcNow();
        ConcurrentQueue<TimeSpan> passed = [];
        await fixture.RunAsync(owner, loop => loop.GatherAsync(Enumerable.Range(0, 40).Select(i => Inline.Int(async body =>
        {
            await body.RateLimiter(_name, TenASecond).AcquireAsync("all");
            passed.Enqueue(body.Time.GetUtcNow() - start);
            return i;
        }))));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => TimeSpan.FromMilliseconds(Math.Max(0, i - 4) * 100)), passed);
    }

    [Theory, BothOwners]
    public Task It_is_first_come_first_served_whatever_one_wants(Owner owner) => fixture.RunAsync(owner, async loop =>
    {
        foreach (var limiter in Both(loop))
        {
            await limiter.AcquireAsync("ada", 5);
            ConcurrentQueue<int> order = [];
            List<Task> waiting = [];
            foreach (var permits in (int[])[3, 1, 5, 1, 1, 2])
            {
                var number = waiting.Count;
                waiting.Add(PassAsync());
                // Time moves only when it has its place.
                await loop.SleepAsync(TimeSpan.FromMilliseconds(1));

                async Task PassAsync()
                {
                    await limiter.AcquireAsync("ada", permits);
                    order.Enqueue(number);
                }
            }
            await loop.AwaitInside(token => Task.WhenAll(waiting).WaitAsync(token));
            Assert.Equal(Enumerable.Range(0, 6), order);
        }
    });

    [Theory, BothOwners]
    public Task Who_is_cancelled_takes_nothing(Owner owner) => fixture.RunAsync(owner, async loop =>
    {
        foreach (var limiter in Both(loop))
        {
            await limiter.AcquireAsync("ada", 5);
            var start = loop.Time.GetUtcNow();
            using var cancel = new CancellationTokenSource();
            var first = limiter.AcquireAsync("ada", 5, cancel.Token);
            Assert.False(await limiter.TryAcquireAsync("ada"));
            // Not CancelAsync, which goes over the thread pool: time could pass meanwhile.
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
            await limiter.AcquireAsync("ada");
            Assert.Equal(start + TimeSpan.FromMilliseconds(100), loop.Time.GetUtcNow());
            // A cancel of the task, or of a timeout's block, does the same.
            await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(50), _ => limiter.AcquireAsync("ada", 5)));
            await limiter.AcquireAsync("ada");
            Assert.Equal(start + TimeSpan.FromMilliseconds(200), loop.Time.GetUtcNow());
        }
    });

    [Theory, BothOwners]
    public Task One_who_does_not_wait_is_told_at_once(Owner owner) => fixture.RunAsync(owner, async loop =>
    {
        foreach (var limiter in Both(loop))
        {
            var start = loop.Time.GetUtcNow();
            Assert.Equal((true, false, true, false), (await limiter.TryAcquireAsync("ada", 3), await limiter.TryAcquireAsync("ada", 3), await limiter.TryAcquireAsync("ada", 2), await limiter.TryAcquireAsync("ada")));
            Assert.Equal(start, loop.Time.GetUtcNow());
            await loop.SleepAsync(TimeSpan.FromMilliseconds(100));
            Assert.True(await limiter.TryAcquireAsync("ada"));
        }
    });

    [Theory, BothOwners]
    public Task A_name_with_two_limits_is_refused_naming_both(Owner owner) => fixture.RunAsync(owner, async loop =>
    {
        await loop.RateLimiter(_name, TenASecond).AcquireAsync("ada");
        await loop.RateLimiter(_name, TenASecond with { Burst = 5 }).AcquireAsync("ada");
        var other = loop.RateLimiter(_name, TenASecond with { Permits = 20 });
        foreach (var call in (Func<Task>[])[() => other.AcquireAsync("ada"), () => other.TryAcquireAsync("ada")])
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(call);
            Assert.Contains("10 permits per 00:00:01, burst 5", error.Message, StringComparison.Ordinal);
            Assert.Contains("20 permits per 00:00:01, burst 5", error.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public async Task Arguments_are_checked_before_anything_is_sent()
    {
        var loop = Cluster.Loop;
        Assert.Throws<ArgumentNullException>(() => loop.RateLimiter(_name, null!));
        Assert.Throws<ArgumentException>(() => loop.RateLimiter("", TenASecond));
        Assert.Throws<ArgumentException>(() => loop.RateLimiter("a\nb", TenASecond));
        var limiter = loop.RateLimiter(_name, TenASecond);
        Assert.Equal((_name, TenASecond), (limiter.Name, limiter.Limit));
        await Assert.ThrowsAsync<ArgumentNullException>(() => limiter.AcquireAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => limiter.AcquireAsync(""));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.AcquireAsync("ada", 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.TryAcquireAsync("ada", 6));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => limiter.AcquireAsync("ada", 1, new CancellationToken(true)));
    }

    private IRateLimiter[] Both(IClusterLoop loop) => [loop.RateLimiter(_name, TenASecond), loop.LocalRateLimiter(TenASecond)];
}
