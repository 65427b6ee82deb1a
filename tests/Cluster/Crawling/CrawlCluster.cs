using System.Collections.Immutable;
using Orleans.TestingHost;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Two silos that crawl.</summary>
public sealed class CrawlCluster : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _data = Directory.CreateTempSubdirectory("orleansasync-").FullName;
    private readonly InProcessTestCluster _cluster;

    public CrawlCluster()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddOrleansAsync().UseSqliteStore(_data));
        _cluster = builder.Build();
    }

    public IGrainFactory Grains => _cluster.Client;

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public async Task<ICrawlGrain> StartAsync(CrawlSpecification specification, params IEnumerable<string> seeds)
    {
        var crawl = Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(Guid.NewGuid().ToString("N")));
        await crawl.AddSeedsAsync([.. seeds]);
        await crawl.StartAsync(specification, isDetached: false, []);
        return crawl;
    }

    /// <summary>Crawls to the end.</summary>
    public async Task<CrawlResult> RunAsync(CrawlSpecification specification, params IEnumerable<string> seeds) =>
        await FollowAsync(await StartAsync(specification, seeds));

    public static async Task<CrawlResult> FollowAsync(ICrawlGrain crawl)
    {
        using var limit = new CancellationTokenSource(Patience);
        var (follower, records) = (Guid.NewGuid(), ImmutableArray.CreateBuilder<PageRecord>());
        await crawl.FollowAsync(follower);
        for (var last = CrawlPosition.Start; ;)
        {
            var batch = await crawl.ReadAsync(follower, last, []).WaitAsync(limit.Token);
            records.AddRange(batch.Records);
            last = batch.Last;
            if (batch.End is { } end) return new CrawlResult(records.ToImmutable(), end);
        }
    }
}
