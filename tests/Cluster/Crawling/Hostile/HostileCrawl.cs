using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>The hostile site crawled as a whole, once for all tests of its class.</summary>
public sealed class HostileCrawl : IAsyncLifetime
{
    private readonly CrawlCluster _cluster = new();

    internal HostileSite Site { get; } = new();

    /// <summary>What became of <see cref="HostileSite.Main"/> and the hosts.</summary>
    public CrawlResult Result { get; private set; } = null!;

    /// <summary>What became of <see cref="HostileSite.Slow"/> and the hosts that are slow.</summary>
    public CrawlResult SlowResult { get; private set; } = null!;

    /// <summary>By how much memory grew in the meantime, at most.</summary>
    public long Growth { get; private set; }

    internal string Tls { get; private set; } = "";

    internal string SlowTls { get; private set; } = "";

    internal static CrawlSpecification Specification { get; } = new()
    {
        UserAgent = "HostileTest/1.0",
        MaxBodyBytes = HostileSite.MaxBodyBytes,
        PerHost = 16,
        // Long enough for a machine that is busy with other things: here nothing has to run into it.
        Timeout = TimeSpan.FromSeconds(20),
    };

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        Tls = $"https://{Site.Main.Authority}/";
        SlowTls = $"https://{Site.Slow.Authority}/";
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var done = new CancellationTokenSource();
        var watch = WatchMemoryAsync(before, done.Token);
        var (fast, slow) = (
            _cluster.RunAsync(Specification, [Site.Main.Url("/"), Tls, Site.Crowd.Url("/"), .. GarbledAnswers.Paths.Select(Site.Garbled.Url), .. HostileSite.AtHosts.Keys.Select(name => Site.Hosts[name].Url("/p"))]),
            _cluster.RunAsync(
                Specification with { Timeout = TimeSpan.FromSeconds(2), Retries = 1, MaxDepth = 0 },
                [.. HostileSite.AtSlow.Keys.Select(Site.Slow.Url), SlowTls, .. HostileSite.AtSlowHosts.Keys.Select(name => Site.Hosts[name].Url("/p"))]));
        (Result, SlowResult) = (await fast, await slow);
        await done.CancelAsync();
        await watch;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Site.DisposeAsync();
    }

    private async Task WatchMemoryAsync(long before, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) Growth = Math.Max(Growth, GC.GetTotalMemory(forceFullCollection: false) - before);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
