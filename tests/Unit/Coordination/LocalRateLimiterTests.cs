using OrleansAsync.Coordination.RateLimiting;
using OrleansAsync.Execution;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>The rate limiter of one process.</summary>
public sealed class LocalRateLimiterTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new(loops: 1) { ClockRuns = false };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IClusterLoop Loop => field ??= _cluster.NewClient().Loop;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Each_key_has_its_own_bucket()
    {
        var limiter = Loop.LocalRateLimiter(new RateLimit { Permits = 1, Period = TimeSpan.FromMinutes(1) });
        Assert.Equal((true, false, true), (await limiter.TryAcquireAsync("ada", 1, Token), await limiter.TryAcquireAsync("ada", 1, Token), await limiter.TryAcquireAsync("grace", 1, Token)));
        var waiting = limiter.AcquireAsync("ada", 1, Token);
        Assert.False(waiting.IsCompleted);
        _cluster.Time.Advance(TimeSpan.FromMinutes(1));
        await waiting.Soon();
    }

    [Fact]
    public async Task Who_is_cancelled_takes_nothing()
    {
        var limiter = Loop.LocalRateLimiter(new RateLimit { Permits = 1, Period = TimeSpan.FromMinutes(1) });
        await limiter.AcquireAsync("ada", 1, Token);
        using var cancel = new CancellationTokenSource();
        var (first, second) = (limiter.AcquireAsync("ada", 1, cancel.Token), limiter.AcquireAsync("ada", 1, Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        _cluster.Time.Advance(TimeSpan.FromMinutes(1));
        await second.Soon();
    }

    [Fact]
    public async Task A_key_is_forgotten_when_its_bucket_is_full_again()
    {
        var limiter = (LocalRateLimiter)Loop.LocalRateLimiter(new RateLimit { Permits = 1, Period = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(await limiter.TryAcquireAsync($"{i}", 1, Token));
            _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(limiter.KeyCount, 1, 2_000);
        Assert.False(await limiter.TryAcquireAsync("9999", 1, Token));
    }

    [Fact]
    public async Task Arguments_are_checked()
    {
        Assert.Throws<ArgumentNullException>(() => Loop.LocalRateLimiter(null!));
        var limiter = Loop.LocalRateLimiter(new RateLimit { Permits = 3, Period = TimeSpan.FromMinutes(1) });
        await Assert.ThrowsAsync<ArgumentException>(() => limiter.AcquireAsync("", 1, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.AcquireAsync("ada", 0, Token));
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.TryAcquireAsync("ada", 4, Token));
        Assert.Contains("burst of 3", error.Message, StringComparison.Ordinal);
    }
}
