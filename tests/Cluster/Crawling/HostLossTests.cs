using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>The silo of a host's grain is lost while the host is crawled.</summary>
public sealed class HostLossTests : IDisposable
{
    private static readonly HostRequest Nothing = new("nobody", Guid.Empty, 0, 0, null, null, null, 0, TimeSpan.Zero, TimeSpan.Zero);

    private readonly string _data = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_crawl_goes_on_at_its_pace_when_the_silo_of_a_host_is_lost()
    {
        await using var cluster = await DeployAsync();
        var grains = cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        var (address, id) = (HostKey.Create("127.0.2.1"), CrawlKey.Create("crawl"));
        await PlaceAsync(cluster.Silos[2], () => grains.GetGrain<IHostGrain>(address).RequestAsync(Nothing));
        await PlaceAsync(cluster.Silos[0], () => grains.GetGrain<ICrawlGrain>(id).GetProgressAsync());
        await using var site = await TestSite.StartAsync(address);
        string[] paths = [.. Enumerable.Range(0, 20).Select(static i => $"/p{i}")];
        var underway = new TaskCompletionSource();
        site.Page("/", paths);
        foreach (var path in paths)
            site.Serve(path, context =>
            {
                if (path == "/p5") underway.TrySetResult();
                return TestSite.HtmlAsync(context);
            });
        var delay = TimeSpan.FromMilliseconds(200);
        var crawl = grains.GetGrain<ICrawlGrain>(id);
        await crawl.AddSeedsAsync([site.Url("/")]);
        await crawl.StartAsync(new CrawlSpecification { PerHost = 1, Delay = delay }, isDetached: false, []);
        var following = CrawlCluster.FollowAsync(crawl);

        await underway.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await cluster.KillSiloAsync(cluster.Silos[2]);
        var result = await following;

        Assert.Equal(CrawlState.Finished, result.End.State);
        Assert.Equal(site.Urls(["/", .. paths]), result.Urls);
        Assert.Equal(21, result.End.Totals.Success);
        site.AssertDistance(null, delay);
    }

    private async Task<InProcessTestCluster> DeployAsync()
    {
        var cluster = ClusterFixture.Build(3, silo => silo.UseSqliteStore(_data).Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        })).Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static async Task PlaceAsync(InProcessSiloHandle silo, Func<Task> firstCall)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
        try
        {
            await firstCall();
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }
}
