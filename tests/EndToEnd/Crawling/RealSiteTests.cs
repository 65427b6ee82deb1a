using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Crawling;

/// <summary>Sites of a thousand pages: whole, exact, each page once, whoever is killed.</summary>
[Collection(nameof(RealSiteTests)), CollectionDefinition(nameof(RealSiteTests), DisableParallelization = true)]
public sealed class RealSiteTests(ITestOutputHelper output)
{
    private const int Kills = 10;
    private const int PerHost = 8;

    private static readonly ConcurrentDictionary<string, string> Hashes = new();

    public static TheoryData<string, int> SitesAndSilos => new(from site in (string[])["git", "py", "pg"] from silos in (int[])[1, 2, 3] select (site, silos));

    [Theory, MemberData(nameof(SitesAndSilos))]
    public async Task All_pages_are_found_with_their_status_and_each_is_asked_for_once(string name, int silos)
    {
        await using var site = await RealSite.StartAsync(name);
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos);

        var end = await cluster.StartCommand("crawl", site.Seed, "--format", "json").WaitForExitAsync();

        output.WriteLine(end.Error);
        var pages = end.Out.TrimEnd().Split('\n')[..^1].Select(Page.Read).ToArray();
        AssertComplete(site, pages);
        Assert.All(await site.ReadRequestsAsync(), static path => Assert.Equal(1, path.Value));
        // However many silos, and whichever fetched it.
        Assert.All(pages, static page => Assert.Equal(Hashes.GetOrAdd(page.Url, page.Hash), page.Hash));
    }

    [Theory, EveryCluster]
    public async Task Whoever_is_killed_whenever_the_pages_are_the_same_none_twice_and_only_what_was_under_way_is_asked_for_again(ClusterKind kind)
    {
        await using var site = await RealSite.StartAsync("pg");
        await using var cluster = await FaultCluster.StartAsync(kind);
        var round = new FaultRound(1);
        var file = Path.Combine(cluster.JournalFolder, "pg.jsonl");
        // Slow enough to be killed ten times on the way: it goes on while a killed follower is started again.
        var crawl = cluster.StartCommand("crawl", site.Seed, "--id", "pg", "-o", file, "--per-host", $"{PerHost}", "--delay", "50ms");
        for (var kill = 1; kill <= Kills; kill++)
        {
            await WaitForPagesAsync(file, site.Expected.Count * kill / (Kills + 2));
            Assert.False(crawl.HasExited, crawl.HasExited ? (await crawl.WaitForExitAsync()).Error : "");
            switch (round.Next(TimeSpan.FromTicks(3)).Ticks)
            {
                case 0:
                    await Task.WhenAll(cluster.Silos.Where(silo => !silo.Process.HasExited).Select(silo => silo.Process.KillAsync()).Append(crawl.KillAsync()));
                    await cluster.StartSilosAsync(3);
                    crawl = cluster.StartCommand("crawls", "resume", "pg");
                    break;
                case 1:
                    await crawl.KillAsync();
                    crawl = cluster.StartCommand("crawls", "resume", "pg");
                    break;
                default:
                    var living = cluster.Silos.Where(silo => !silo.Process.HasExited).ToArray();
                    await living[(int)(round.Next(TimeSpan.FromTicks(living.Length)).Ticks % living.Length)].Process.KillAsync();
                    await cluster.StartSilosAsync(1);
                    break;
            }
        }

        var end = await crawl.WaitForExitAsync();

        output.WriteLine(end.Error);
        AssertComplete(site, [.. (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(Page.Read)]);
        var requests = await site.ReadRequestsAsync();
        requests.Remove("/robots.txt");
        var again = requests.Values.Sum() - requests.Count;
        output.WriteLine($"{round}: {again} pages were asked for again");
        Assert.InRange(again, 0, Kills * PerHost);
    }

    private static void AssertComplete(RealSite site, IReadOnlyCollection<Page> pages)
    {
        Assert.Equal(site.Expected, pages.Select(static page => $"{page.Url} {page.Status}").ToImmutableSortedSet());
        Assert.Equal(site.Expected.Count, pages.Count);
    }

    private static async Task WaitForPagesAsync(string file, int pages)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningProcess.Patience);
        while (!File.Exists(file) || await CountAsync() < pages) await timer.WaitForNextTickAsync(patience.Token);

        async Task<int> CountAsync()
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            var lines = 0;
            while (await reader.ReadLineAsync(patience.Token) is not null) lines++;
            return lines;
        }
    }

    private sealed record Page(string Url, int Status, string Hash)
    {
        public static Page Read(string line)
        {
            using var json = JsonDocument.Parse(line);
            var record = json.RootElement;
            return new(record.GetProperty("url").GetString()!, record.GetProperty("status").GetInt32(), record.GetProperty("sha256").GetString()!);
        }
    }
}
