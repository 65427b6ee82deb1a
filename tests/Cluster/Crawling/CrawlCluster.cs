using System.Collections.Immutable;
using Orleans.TestingHost;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Two silos that crawl.</summary>
public sealed class CrawlCluster : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly InProcessTestCluster _cluster;

    public CrawlCluster()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddOrleansAsync());
        _cluster = builder.Build();
    }

    public IGrainFactory Grains => _cluster.Client;

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    public async Task<ICrawlGrain> StartAsync(CrawlSpecification specification, params IEnumerable<string> seeds)
    {
        var crawl = Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(Guid.NewGuid().ToString("N")));
        await crawl.AddSeedsAsync([.. seeds]);
        await crawl.StartAsync(specification);
        return crawl;
    }

    /// <summary>Crawls to the end.</summary>
    public async Task<CrawlResult> RunAsync(CrawlSpecification specification, params IEnumerable<string> seeds) =>
        await FollowAsync(await StartAsync(specification, seeds));

    public static async Task<CrawlResult> FollowAsync(ICrawlGrain crawl)
    {
        using var limit = new CancellationTokenSource(Patience);
        var records = ImmutableArray.CreateBuilder<PageRecord>();
        long last = 0;
        while (true)
        {
            var batch = await crawl.ReadAsync(last).WaitAsync(limit.Token);
            records.AddRange(batch.Records);
            last = batch.LastSequence;
            if (batch.End is { } end) return new CrawlResult(records.ToImmutable(), end);
        }
    }
}
