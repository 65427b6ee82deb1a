using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace OrleansAsync.Crawling;

/// <remarks>
/// Every method interleaves: state is only changed between awaits, and whatever changed it calls <see cref="Advance"/>, which starts what can be
/// started and tells store, crawl, hosts and other origins what they have to know. Five kinds of work run beside the calls: visits, writes to the
/// store, reports to the crawl, requests to hosts, batches of links to other origins; of the last four at most one each is out per partner, and what
/// gathers meanwhile goes out together. What others are told is stored before.
/// </remarks>
[GrainType("oa.crawl-host"), Immovable]
internal sealed partial class CrawlHostGrain(CrawlContexts contexts, CrawlStore crawls, IPageDispatcher dispatcher, TimeProvider time, ILogger<CrawlHostGrain> logger)
    : Grain, ICrawlHostGrain, IDisposable
{
    // A site may redirect each of its pages to another host.
    private const int MaxHosts = 256;

    private static readonly TimeSpan BusyBeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleBeat = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(500);

    // A database may be away for minutes.
    private static readonly TimeSpan Persistence = TimeSpan.FromMinutes(10);

    // Later ones are greater.
    private readonly Guid _incarnation = Guid.CreateVersion7();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, HostAccount> _hosts = new(StringComparer.Ordinal);
    private CrawlHostKey _key;
    private CrawlContext _context = null!;
    private ICrawlGrain _crawl = null!;
    private HostAccount _home = null!;
    private CrawlStop _stop;
    private IGrainTimer _clock = null!;
    private DateTimeOffset _wakesAt;
    private DateTimeOffset _beatsAt;

    private CrawlSpecification Options => _context.Specification;

    private bool IsBudgeted => Options.MaxPages is not null;

    /// <summary>Of a paused or cancelled crawl only what is under way is still to be done.</summary>
    private bool IsActive => !_changes.IsEmpty || _isWriting || (IsHalted ? _frontier.InFlight > 0 : !_frontier.IsIdle || _outbox.Count > 0);

    private bool IsHalted => _stop is CrawlStop.Paused or CrawlStop.Canceled;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = CrawlHostKey.Parse(this.GetPrimaryKeyString());
        _crawl = GrainFactory.GetGrain<ICrawlGrain>(CrawlKey.Create(_key.CrawlId));
        _context = await contexts.LoadAsync(_key.CrawlId);
        await OpenAsync(cancellationToken);
        _home = HostOf(CrawlUrl.Parse(_key.Origin + "/"));
        // The frontier must outlive every idle moment of its crawl, which tells this grain when it has ended.
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _clock = this.RegisterGrainTimer(OnClockAsync, new GrainTimerCreationOptions(BusyBeat, Timeout.InfiniteTimeSpan) { Interleave = true });
        _wakesAt = _beatsAt = time.GetUtcNow() + BusyBeat;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        contexts.Release(_key.CrawlId);
        await _stopping.CancelAsync();
        if (!_isSuperseded && _table is not null) await FlushAsync();
        _stop = CrawlStop.Ended;
    }

    public void Dispose() => _stopping.Dispose();

    public Task AddLinksAsync(LinkBatch batch)
    {
        ThrowIfOver();
        if (_stop == CrawlStop.Canceled) return Task.CompletedTask;
        // Once a limit is reached no link is scheduled any more; what the user gave has its record in any case.
        foreach (var group in batch.Groups.Where(group => Limit is null || group.Referrer is null))
        {
            foreach (var link in group.Links) Enter(link, group.Depth, group.Referrer);
            if (Options.Sitemaps && group.Referrer is null) SearchSitemaps();
        }

        // What is known already may still be on its way to the store.
        var stored = _changes.IsEmpty ? _underway?.Stored ?? Task.CompletedTask : _changes.Stored;
        Advance();
        return KnownAsync();

        async Task KnownAsync()
        {
            await stored;
            await ToldAsync();
        }
    }

    public Task WakeAsync(Guid epoch)
    {
        ThrowIfOver();
        if (IsOf(epoch))
        {
            Advance();
            return ToldAsync();
        }

        Supersede();
        throw new InvalidOperationException($"{_key.Origin} begins again, as its crawl did.");
    }

    /// <summary>Whoever calls repeats that, and comes to the next activation.</summary>
    private void ThrowIfOver()
    {
        if (_stop == CrawlStop.Ended) throw new InvalidOperationException($"This activation of {_key.Origin} is over.");
    }

    public Task OnGrantAsync(OriginGrant grant)
    {
        if (IsOf(grant.Epoch)) Apply(grant);
        else Supersede();
        Advance();
        return Task.CompletedTask;
    }

    public Task OnHostGrantAsync(HostGrant grant)
    {
        if (_hosts.TryGetValue(grant.Host, out var host))
        {
            Apply(host, grant);
            Advance();
        }

        return Task.CompletedTask;
    }

    private void Advance()
    {
        if (_stop == CrawlStop.Ended) return;
        var now = time.GetUtcNow();
        _frontier.Wake(now);
        foreach (var host in _hosts.Values)
            while (TryStart(host, now)) { }
        CountReady(now);
        foreach (var host in _hosts.Values) Ask(host);
        if (_frontier.IsLow && !IsHalted) Load();
        Write();
        SendLinks();
        Report();
        SetClock(now);
    }

    private HostAccount HostOf(CrawlUrl url)
    {
        var host = AccountOf(HostKey.Create(url.Host));
        host.IsHost = true;
        return host;
    }

    private HostAccount AccountOf(string hostKey)
    {
        if (_hosts.TryGetValue(hostKey, out var host)) return host;
        if (_hosts.Count >= MaxHosts) ForgetHosts();
        _hosts.Add(hostKey, host = new HostAccount(hostKey, GrainFactory.GetGrain<IHostGrain>(hostKey)));
        return host;
    }

    private void SetClock(DateTimeOffset now)
    {
        var wake = _beatsAt;
        if (_frontier.NextDue is { } due && due < wake) wake = due;
        foreach (var host in _hosts.Values)
        {
            if (host.RobotsDue > now && host.RobotsDue < wake) wake = host.RobotsDue;
            if (host.NextStart > now && host.NextStart < wake && host.Slots.Spare > 0 && ReadyOn(host) > 0)
                wake = host.NextStart;
        }

        if (wake == _wakesAt) return;
        _wakesAt = wake;
        _clock.Change(wake > now ? wake - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private Task OnClockAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        _wakesAt = default;
        if (now >= _beatsAt)
        {
            // Leases live on being heard of; and if the crawl is gone, its answer says so.
            _beatsAt = now + (IsActive ? BusyBeat : IdleBeat);
            _isBeatDue = true;
            foreach (var host in _hosts.Values) host.IsBeatDue = true;
        }

        Advance();
        return Task.CompletedTask;
    }

    /// <summary>Runs work beside the calls; a fault in it must end the crawl, not hang it.</summary>
    private async void Run(Func<Task> work)
    {
        try
        {
            // What it awaits may be there at once: it must not change the state of whoever is in the middle of starting it.
            await Task.Yield();
            await work();
        }
        catch (Exception exception)
        {
            if (_stop == CrawlStop.Ended) return;
            LogFault(_key.Origin, _key.CrawlId, exception);
            _failure ??= $"the crawl of {_key.Origin} failed: {exception.Message.ReplaceLineEndings(" ")}";
            Report();
        }
    }

    [LoggerMessage(LogLevel.Error, "The crawl of {Origin} in {CrawlId} failed.")]
    private partial void LogFault(string origin, string crawlId, Exception exception);

    [LoggerMessage(LogLevel.Debug, "A call of {Origin} in {CrawlId} failed and is repeated.")]
    private partial void LogRepeat(string origin, string crawlId, Exception exception);
}
