using Orleans.Configuration;
using OrleansAsync.Coordination.RateLimiting;

namespace OrleansAsync.Tests.Cluster.Coordination;

/// <summary>Rate limiters whose silo is lost, or leaves.</summary>
public sealed class RateLimiterLossTests
{
    // Nothing comes while the test runs.
    private static readonly RateLimit FiveADay = new() { Permits = 5, Period = TimeSpan.FromDays(1) };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bucket_that_was_lost_with_its_silo_comes_back_empty(bool isKilled)
    {
        await using var cluster = ClusterFixture.Build(3, silo => silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        })).Build();
        await cluster.DeployAsync();
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var limiter = loop.RateLimiter("downloads", FiveADay);
        var management = cluster.Client.GetGrain<IManagementGrain>(0);
        var key = "";
        for (var i = 0; key == ""; i++)
        {
            Assert.True(await limiter.TryAcquireAsync($"{i}").Soon());
            var address = await management.GetActivationAddress(cluster.Client.GetGrain<IRateLimiterGrain>(new RateLimiterKey("downloads", $"{i}").ToString()));
            if (address!.Equals(cluster.Silos[2].SiloAddress)) key = $"{i}";
        }
        Assert.True(await limiter.TryAcquireAsync(key, 2).Soon());
        if (isKilled) await cluster.KillSiloAsync(cluster.Silos[2]);
        else await cluster.StopSiloAsync(cluster.Silos[2]);
        // Two are left of five: whoever thinks that it is new would give them, and more.
        Assert.False(await limiter.TryAcquireAsync(key).WaitAsync(TimeSpan.FromMinutes(1)));
        using var cancel = new CancellationTokenSource();
        var waiting = limiter.AcquireAsync(key, 1, cancel.Token);
        Assert.False(await limiter.TryAcquireAsync(key).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_caller_that_waits_when_the_silo_is_lost_gets_its_turn_from_the_next()
    {
        await using var cluster = ClusterFixture.Build(2, silo => silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        })).Build();
        await cluster.DeployAsync();
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        // The second of each key waits for two seconds.
        var limit = new RateLimit { Permits = 20, Period = TimeSpan.FromSeconds(40), Burst = 1 };
        var limiter = loop.RateLimiter("downloads", limit);
        Task[] waiting = [.. Enumerable.Range(0, 8).SelectMany(i => (Task[])[limiter.AcquireAsync($"{i}"), limiter.AcquireAsync($"{i}")])];
        await cluster.KillSiloAsync(cluster.Silos[1]);
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromMinutes(1));
    }
}
