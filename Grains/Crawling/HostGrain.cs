using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace OrleansAsync.Crawling;

[GrainType("oa.host"), Immovable]
internal sealed partial class HostGrain(PageFetcher fetcher, TimeProvider time, ILogger<HostGrain> logger) : Grain, IHostGrain
{
    // A private host is the crawler's own, or its owner's; a public one is a stranger's.
    private const int PrivateLimit = 8;
    private const int PublicLimit = 2;
    private static readonly TimeSpan PublicDelay = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly SlotPool _slots = new(1);
    private Task<bool>? _isPrivate;
    private TimeSpan _interval;
    private long _version;
    private DateTimeOffset _nextStart;
    private IGrainTimer? _leases;

    private string Host => this.GetPrimaryKeyString();

    public async Task<HostGrant> RequestAsync(HostRequest request)
    {
        var isPrivate = await (_isPrivate ??= IsPrivateAsync());
        if (_users.GetValueOrDefault(request.User) is { } known && known.Incarnation != request.Incarnation)
        {
            // Of an earlier life of the user, whose slots are not used any more: nothing for it.
            if (request.Incarnation.CompareTo(known.Incarnation) < 0) return new HostGrant(Host, request.Returned, null, TimeSpan.Zero, _interval, _slots.Capacity, NextVersion());
            Remove(known);
        }

        var name = request.User;
        if (!_users.TryGetValue(name, out var user))
            _users.Add(name, user = new User(name, request.Incarnation, GrainFactory.GetGrain<ICrawlHostGrain>(request.User)) { Told = request.Returned });
        user.Heard = time.GetUtcNow();
        user.Limit = request.Limit ?? (isPrivate ? PrivateLimit : PublicLimit);
        user.Delay = Max(request.Delay ?? (isPrivate ? TimeSpan.Zero : PublicDelay), request.CrawlDelay ?? TimeSpan.Zero);
        Settle();
        // No slot may be given under the settings of a user that is gone, nor before those of a new one count.
        _slots.Update(name, request.Returned, Math.Min(request.Target, user.Limit));
        var grant = GrantTo(user);
        TellOthers(user);
        if (request.Target == 0 && _slots.HeldBy(name) == 0) Remove(user);
        else _leases ??= this.RegisterGrainTimer(ExpireAsync, new GrainTimerCreationOptions(IHostGrain.LeaseDuration / 3, IHostGrain.LeaseDuration / 3) { KeepAlive = true, Interleave = true });
        return grant;
    }

    public Task BackOffAsync(TimeSpan pause)
    {
        var until = time.GetUtcNow() + pause;
        if (until <= _nextStart) return Task.CompletedTask;
        _nextStart = until;
        LogBackOff(Host, pause);
        foreach (var user in _users.Values) Push(user, new HostGrant(Host, _slots.GrantedTo(user.Name), _slots.Share, pause, _interval, _slots.Capacity, NextVersion()));
        return Task.CompletedTask;
    }

    /// <summary>The strictest of the users' settings holds for all: the host sees one visitor.</summary>
    private void Settle()
    {
        _interval = _users.Values.Max(static u => u.Delay);
        var limit = _users.Values.Min(static u => u.Limit);
        if (limit != _slots.Capacity) _slots.Resize(limit);
    }

    private HostGrant GrantTo(User user)
    {
        var granted = _slots.GrantedTo(user.Name);
        var now = time.GetUtcNow();
        var startIn = Max(_nextStart - now, TimeSpan.Zero);
        // With a delay, each slot is one start, and starts are handed out in the order they are due.
        if (_interval > TimeSpan.Zero && granted > user.Told) _nextStart = now + startIn + (_interval * (granted - user.Told));
        user.Told = granted;
        user.ToldShare = _slots.Share;
        return new HostGrant(Host, granted, user.ToldShare, startIn, _interval, _slots.Capacity, NextVersion());
    }

    /// <summary>Rises over the lives of the grain too.</summary>
    private long NextVersion() => _version = Math.Max(_version + 1, time.GetUtcNow().UtcTicks);

    private void TellOthers(User? asking)
    {
        foreach (var name in _slots.TakeChanged())
            if (name != asking?.Name && _users.TryGetValue(name, out var user))
                Push(user, GrantTo(user));
        if (_slots.Share is not { } share) return;
        // Those above their share shed slots; and those that keep idle ones, as nobody seemed to want them, give them back.
        foreach (var user in _users.Values)
            if (user != asking && _slots.HeldBy(user.Name) is var held && held > 0 && (user.ToldShare is null || (user.ToldShare != share && held > share)))
                Push(user, GrantTo(user));
    }

    private static void Push(User user, HostGrant grant) => user.Grain.OnHostGrantAsync(grant).Ignore();

    private Task ExpireAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - IHostGrain.LeaseDuration;
        foreach (var user in _users.Values.Where(u => u.Heard < oldest).ToArray())
        {
            LogLeaseLost(Host, user.Name, _slots.HeldBy(user.Name));
            Remove(user);
        }

        return Task.CompletedTask;
    }

    private void Remove(User user)
    {
        _users.Remove(user.Name);
        _slots.Remove(user.Name);
        if (_users.Count > 0)
        {
            Settle();
            TellOthers(null);
            return;
        }

        _leases?.Dispose();
        _leases = null;
    }

    private async Task<bool> IsPrivateAsync() =>
        CrawlUrl.TryParse($"http://{Host}/", out var url, out _) && await AddressRules.OfHostAsync(url, CancellationToken.None) != PrivateNetworks.None;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    [LoggerMessage(LogLevel.Debug, "{Host} asked for a pause of {Pause}.")]
    private partial void LogBackOff(string host, TimeSpan pause);

    [LoggerMessage(LogLevel.Warning, "{User} was not heard of: its {Count} slots of {Host} are free again.")]
    private partial void LogLeaseLost(string host, string user, int count);

    private sealed class User(string name, Guid incarnation, ICrawlHostGrain grain)
    {
        public string Name => name;

        public Guid Incarnation => incarnation;

        public ICrawlHostGrain Grain => grain;

        public int Limit { get; set; }

        public TimeSpan Delay { get; set; }

        public DateTimeOffset Heard { get; set; }

        public long Told { get; set; }

        public int? ToldShare { get; set; }
    }
}
