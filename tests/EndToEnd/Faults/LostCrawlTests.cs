using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos that are killed while <c>oa crawl</c> uses them: a crawl lives in their memory, so it ends, and says so.</summary>
public sealed class LostCrawlTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_crawl_ends_with_a_line_when_most_silos_are_lost()
    {
        var end = await CrawlAsync(kill: 2);
        // What it had on the silo that lives may have been all it needed.
        if (end.ExitCode != 3) AssertFailed(end, "(was lost with its silo|could not go on: .*); crawl again");
    }

    [Fact]
    public async Task A_crawl_ends_with_a_line_when_all_silos_are_lost() =>
        AssertFailed(await CrawlAsync(kill: 3), "cannot be followed: the cluster has not answered for .* s; .*");

    private async Task<ProcessResult> CrawlAsync(int kill)
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local);
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        var crawl = cluster.StartCommand(["crawl", .. site.Seeds, "--per-host", "1", "--delay", "100ms", "--format", "json"]);
        await crawl.WaitForLineAsync("{\"url\":");
        await Task.WhenAll(cluster.Silos.Take(kill).Select(silo => silo.Process.KillAsync()));
        var start = TimeProvider.System.GetTimestamp();
        var end = await crawl.WaitForExitAsync();
        output.WriteLine($"{end.ExitCode} after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s: {end.Error}");
        return end;
    }

    private static void AssertFailed(ProcessResult end, string reason)
    {
        Assert.Equal(1, end.ExitCode);
        Assert.Matches($@"(^|\n)oa: crawl \S+ {reason}\n$", end.Error);
    }
}
