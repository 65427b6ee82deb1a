using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace OrleansAsync.Crawling;

[GrainType("oa.host"), Immovable]
internal sealed partial class HostGrain(PageFetcher fetcher, TimeProvider time, ILogger<HostGrain> logger) : Grain, IHostGrain
{
    // A name may move to another address while a crawl runs.
    private static readonly TimeSpan SiteLife = TimeSpan.FromMinutes(5);

    private HostSchedule _schedule = null!;
    private RobotsCache _robots = null!;
    private Task<HostSite>? _site;
    private DateTimeOffset _siteExpires;
    private IGrainTimer? _leases;

    private string Host => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _schedule = new HostSchedule(Host, time, (user, grant) => GrainFactory.GetGrain<ICrawlHostGrain>(user).OnHostGrantAsync(grant).Ignore());
        _robots = new RobotsCache(FetchRobotsAsync, time);
        return Task.CompletedTask;
    }

    public async Task<HostGrant> RequestAsync(HostRequest request)
    {
        var grant = _schedule.Request(request, await FindSiteAsync());
        if (_schedule.IsIdle) EndLeases();
        else _leases ??= this.RegisterGrainTimer(ExpireAsync, new GrainTimerCreationOptions(IHostGrain.LeaseDuration / 3, IHostGrain.LeaseDuration / 3) { KeepAlive = true, Interleave = true });
        return grant;
    }

    public Task<RobotsAnswer?> GetRobotsAsync(RobotsRequest request) => _robots.GetAsync(request);

    public Task<TimeSpan> BackOffAsync(TimeSpan? retryAfter, int answered)
    {
        var pause = _schedule.BackOff(retryAfter, answered);
        LogBackOff(Host, pause);
        return Task.FromResult(pause);
    }

    private async Task<FetchedPage> FetchRobotsAsync(RobotsRequest request)
    {
        var url = CrawlUrl.Parse(request.Origin + "/robots.txt");
        var page = await fetcher.FetchAsync(RobotsFile.Request(url, request.UserAgent, request.Timeout, request.Permitted), CancellationToken.None);
        _schedule.KeepDistance();
        return page;
    }

    private Task<HostSite> FindSiteAsync()
    {
        var now = time.GetUtcNow();
        if (_site is { IsCompleted: false } || (_site is not null && now < _siteExpires)) return _site;
        _siteExpires = now + SiteLife;
        return _site = HostSite.FindAsync(Host, static name => Dns.GetHostAddressesAsync(name));
    }

    private Task ExpireAsync(CancellationToken cancellationToken)
    {
        foreach (var (user, slots) in _schedule.Expire(IHostGrain.LeaseDuration)) LogLeaseLost(Host, user, slots);
        if (_schedule.IsIdle) EndLeases();
        return Task.CompletedTask;
    }

    private void EndLeases()
    {
        _leases?.Dispose();
        _leases = null;
    }

    [LoggerMessage(LogLevel.Debug, "{Host} refused a request; nobody starts another for {Pause}.")]
    private partial void LogBackOff(string host, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "{User} was not heard of: its {Count} slots of {Host} are free again.")]
    private partial void LogLeaseLost(string host, string user, int count);
}
