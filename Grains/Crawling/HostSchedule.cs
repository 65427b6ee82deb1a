namespace OrleansAsync.Crawling;

/// <summary>Who may send requests to one host, how many at a time, and when. The strictest of its users' settings holds for all: the host sees one visitor.</summary>
/// <remarks>Not thread-safe: it lives in the turns of its grain.</remarks>
/// <param name="host">The host.</param>
/// <param name="time">The clock.</param>
/// <param name="push">Brings a user a grant it did not ask for.</param>
internal sealed class HostSchedule(string host, TimeProvider time, Action<string, HostGrant> push)
{
    // A private host is the crawler's own, or its owner's; a public one is a stranger's.
    private const int PrivateLimit = 8;
    private const int PublicLimit = 2;
    private static readonly TimeSpan PublicDelay = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly SlotPool _slots = new(1);
    private readonly HostBackoff _backoff = new();
    private string? _address;
    private TimeSpan _interval;
    private long _version;
    private DateTimeOffset _nextStart;

    public bool IsIdle => _users.Count == 0;

    /// <summary>Takes slots back and gives new ones.</summary>
    public HostGrant Request(HostRequest request, HostSite site)
    {
        _address = site.Address;
        if (_users.GetValueOrDefault(request.User) is { } known && known.Incarnation != request.Incarnation)
        {
            // Of an earlier life of the user, whose slots are not used any more: nothing for it.
            if (request.Incarnation.CompareTo(known.Incarnation) < 0) return new HostGrant(host, request.Returned, null, TimeSpan.Zero, _interval, _slots.Capacity, NextVersion(), _address);
            Remove(known);
        }

        var now = time.GetUtcNow();
        if (!_users.TryGetValue(request.User, out var user))
        {
            _users.Add(request.User, user = new User(request.User, request.Incarnation) { Told = request.Returned + request.Held });
            _nextStart = Max(_nextStart, now + request.StartIn);
        }

        user.Heard = now;
        user.Limit = request.Limit ?? (site.IsPrivate ? PrivateLimit : PublicLimit);
        user.Delay = Max(request.Delay ?? (site.IsPrivate ? TimeSpan.Zero : PublicDelay), request.CrawlDelay ?? TimeSpan.Zero);
        user.Latency = request.Latency;
        // No slot may be given under the settings of a user that is gone, nor before those of a new one count.
        var isChanged = Settle();
        _slots.Update(user.Name, request.Returned, Math.Min(request.Target, user.Limit), request.Held);
        var grant = GrantTo(user);
        TellOthers(user, isChanged);
        if (request.Target == 0 && _slots.HeldBy(user.Name) == 0) Remove(user);
        return grant;
    }

    /// <summary>The host refused a request: lets nobody start another for a while.</summary>
    /// <returns>How long.</returns>
    public TimeSpan BackOff(TimeSpan? retryAfter, int answered)
    {
        var now = time.GetUtcNow();
        var pause = _backoff.Refuse(now, retryAfter, answered);
        if (now + pause <= _nextStart) return pause;
        _nextStart = now + pause;
        foreach (var user in _users.Values) Push(user);
        return pause;
    }

    /// <summary>A request was made without a grant: the next has to keep its distance.</summary>
    public void KeepDistance() => _nextStart = Max(_nextStart, time.GetUtcNow() + _interval);

    /// <summary>Takes their slots from users that were not heard of for a while.</summary>
    /// <returns>Who they are, and how many slots they had.</returns>
    public IReadOnlyList<(string User, int Slots)> Expire(TimeSpan silence)
    {
        var oldest = time.GetUtcNow() - silence;
        List<(string, int)> lost = [];
        foreach (var user in _users.Values.Where(user => user.Heard < oldest).ToArray())
        {
            lost.Add((user.Name, _slots.HeldBy(user.Name)));
            Remove(user);
        }

        return lost;
    }

    /// <returns>Whether all users have to know of it.</returns>
    private bool Settle()
    {
        var before = (_interval, _slots.Capacity);
        _interval = _users.Values.Max(static u => u.Delay);
        var limit = LatencyThrottle.Limit(_users.Values.Min(static u => u.Limit), _users.Values.Max(static u => u.Latency));
        if (limit != _slots.Capacity) _slots.Resize(limit);
        return before != (_interval, _slots.Capacity);
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
        return new HostGrant(host, granted, user.ToldShare, startIn, _interval, _slots.Capacity, NextVersion(), _address);
    }

    /// <summary>Rises over the lives of the grain too.</summary>
    private long NextVersion() => _version = Math.Max(_version + 1, time.GetUtcNow().UtcTicks);

    private void TellOthers(User? asking, bool all)
    {
        var given = _slots.TakeChanged();
        foreach (var name in given)
            if (!all && name != asking?.Name && _users.TryGetValue(name, out var user))
                Push(user);
        var share = _slots.Share;
        if (!all && share is null) return;
        // Those above their share shed slots; and those that keep idle ones, as nobody seemed to want them, give them back.
        foreach (var user in _users.Values)
            if (user != asking && (all || (_slots.HeldBy(user.Name) is var held && held > 0 && (user.ToldShare is null || (user.ToldShare != share && held > share)))))
                Push(user);
    }

    private void Push(User user) => push(user.Name, GrantTo(user));

    private void Remove(User user)
    {
        _users.Remove(user.Name);
        _slots.Remove(user.Name);
        if (_users.Count > 0) TellOthers(null, Settle());
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private sealed class User(string name, Guid incarnation)
    {
        public string Name => name;

        public Guid Incarnation => incarnation;

        public int Limit { get; set; }

        public TimeSpan Delay { get; set; }

        public TimeSpan Latency { get; set; }

        public DateTimeOffset Heard { get; set; }

        public long Told { get; set; }

        public int? ToldShare { get; set; }
    }
}
