using OrleansAsync.Crawling;
using OrleansAsync.Tests.EndToEnd.Crawling;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos and followers that are killed while <c>oa crawl</c> uses them: nothing is lost, and nothing comes twice.</summary>
public sealed class LostCrawlTests(ITestOutputHelper output)
{
    [Theory, EveryCluster]
    public async Task A_crawl_goes_on_when_silos_are_lost(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        var crawl = cluster.StartCommand(Crawl(site));
        await crawl.WaitForLineAsync("{\"url\":");
        for (var round = 0; round < 2; round++)
        {
            await cluster.Silos.First(silo => !silo.Process.HasExited).Process.KillAsync();
            await cluster.StartSilosAsync(1);
        }

        var end = await crawl.WaitForExitAsync();

        output.WriteLine(end.Error);
        Assert.Equal(3, end.ExitCode);
        DemoRecords.AssertComplete(site, end.Out.TrimEnd().Split('\n')[..^1]);
    }

    [Theory, EveryCluster]
    public async Task A_crawl_goes_on_after_all_silos_and_its_follower_were_killed(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        var file = Path.Combine(cluster.JournalFolder, "out.jsonl");
        var crawl = cluster.StartCommand([.. Crawl(site), "--id", "towns", "-o", file]);
        await crawl.WaitForLineAsync("{\"url\":");
        await Task.WhenAll(cluster.Silos.Select(silo => silo.Process.KillAsync()).Append(crawl.KillAsync()));
        await cluster.StartSilosAsync(2);

        var end = await cluster.StartCommand("crawls", "resume", "towns").WaitForExitAsync();

        output.WriteLine(end.Error);
        Assert.Equal(3, end.ExitCode);
        DemoRecords.AssertComplete(site, await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cluster_that_is_gone_is_named_and_how_to_go_on()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local);
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        var crawl = cluster.StartCommand(Crawl(site));
        await crawl.WaitForLineAsync("{\"url\":");
        await Task.WhenAll(cluster.Silos.Select(silo => silo.Process.KillAsync()));

        var end = await crawl.WaitForExitAsync();

        Assert.Equal(1, end.ExitCode);
        Assert.Matches(@"(^|\n)oa: crawl \S+ cannot be followed: the cluster has not answered for .* s; .* oa crawls resume \S+\n$", end.Error);
    }

    private static string[] Crawl(DemoSite site) => ["crawl", .. site.Seeds, "--timeout", "3s", "--per-host", "1", "--delay", "50ms", "--format", "json"];
}
