using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos that are killed while <c>oa crawl</c> uses them.</summary>
public sealed class LostCrawlTests(ITestOutputHelper output)
{
    [Theory, EveryCluster]
    public async Task A_crawl_that_lost_a_silo_ends_with_a_line_that_says_so(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        var crawl = cluster.StartCommand(["crawl", .. site.Seeds, "--per-host", "1", "--delay", "100ms", "--format", "json"]);
        await crawl.WaitForLineAsync("{\"url\":");
        await Task.WhenAll(cluster.Silos.Take(2).Select(silo => silo.Process.KillAsync()));
        var start = TimeProvider.System.GetTimestamp();
        var end = await crawl.WaitForExitAsync();
        output.WriteLine($"{end.ExitCode} after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s: {end.Error}");
        Assert.Equal(1, end.ExitCode);
    }
}
