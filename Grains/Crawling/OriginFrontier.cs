namespace OrleansAsync.Crawling;

/// <summary>
/// The open URLs of one origin, breadth first, in the order they were found. The store has them all; here are those in flight, those that wait for
/// another attempt, and of those queued the first ones: a window that is filled again when it runs low.
/// </summary>
/// <remarks>Not thread-safe: it lives in the turns of its grain.</remarks>
/// <param name="window">How many queued URLs are read from the store at a time; twice as many are kept at most.</param>
internal sealed class OriginFrontier(int window)
{
    private readonly Dictionary<UrlHash, FrontierEntry> _entries = [];
    private readonly PriorityQueue<FrontierEntry, DateTimeOffset> _waiting = new();
    private PriorityQueue<FrontierEntry, (int Depth, long Number)> _queue = new();
    private readonly HashSet<UrlHash> _ending = [];
    private readonly HashSet<UrlHash> _endedSinceLoad = [];
    private int _inWindow;

    // All queued URLs up to here are in the window; null: all.
    private (int Depth, long Number)? _end;
    private bool _isLoading;

    /// <summary>Queued URLs, in the window or not.</summary>
    public long Queued { get; private set; }

    public int InFlight { get; private set; }

    /// <summary>URLs that wait for another attempt.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Nothing is queued, in flight or waiting.</summary>
    public bool IsIdle => Queued == 0 && InFlight == 0 && _waiting.Count == 0;

    /// <summary>When the first waiting URL may be tried again.</summary>
    public DateTimeOffset? NextDue => _waiting.TryPeek(out _, out var due) ? due : null;

    /// <summary>Queued URLs are to be read from the store.</summary>
    public bool IsLow => _end is not null && !_isLoading && _inWindow < Math.Max(1, window / 4);

    /// <summary>Takes over what the store has: nothing of it is in the window yet.</summary>
    public void Open(long queued)
    {
        Queued = queued;
        if (queued > 0) _end = (int.MinValue, long.MinValue);
    }

    /// <summary>The URL, if it is here.</summary>
    public FrontierEntry? Find(UrlHash url) => _entries.GetValueOrDefault(url);

    /// <summary>Queues a URL that the store has as new.</summary>
    public void Add(FrontierEntry entry)
    {
        Queued++;
        Keep(entry);
    }

    /// <summary>Takes a queued URL into the window, if it belongs there now.</summary>
    public void Keep(FrontierEntry entry)
    {
        // While more is being read nobody knows what the reading saw.
        if ((!_isLoading && _end is { } end && entry.Order.CompareTo(end) > 0) || !TryEnter(entry)) return;
        if (_inWindow > 2 * window && !_isLoading) Trim();
    }

    /// <summary>Begins to read from the store what comes behind the end of the window.</summary>
    /// <returns>Behind what, and how many.</returns>
    public ((int Depth, long Number) After, int Limit) BeginLoad()
    {
        _isLoading = true;
        return (_end!.Value, window);
    }

    /// <summary>Takes what was read.</summary>
    public void EndLoad(IReadOnlyList<FrontierEntry> entries)
    {
        foreach (var entry in entries) TryEnter(entry);
        _endedSinceLoad.Clear();
        _end = entries.Count < window ? null : entries[^1].Order;
        _isLoading = false;
        if (_inWindow > 2 * window) Trim();
    }

    /// <summary>Nothing could be read; it is to be tried again.</summary>
    public void AbortLoad()
    {
        _isLoading = false;
        _endedSinceLoad.Clear();
    }

    /// <summary>A URL was found again nearer to a seed.</summary>
    public void Lower(FrontierEntry entry, int depth)
    {
        entry.Depth = depth;
        // Its former place in the queue does not count any more.
        if (entry.State == FrontierState.Queued) _queue.Enqueue(entry, entry.Order);
    }

    /// <summary>The URL that <see cref="Take"/> would give.</summary>
    public FrontierEntry? Peek()
    {
        while (_queue.TryPeek(out var entry, out var order))
        {
            if (entry.State == FrontierState.Queued && entry.Order == order) return entry;
            _queue.Dequeue();
        }

        return null;
    }

    /// <summary>Takes the next URL: it is in flight then.</summary>
    public FrontierEntry? Take()
    {
        if (Peek() is not { } entry) return null;
        _queue.Dequeue();
        entry.State = FrontierState.InFlight;
        _inWindow--;
        Queued--;
        InFlight++;
        return entry;
    }

    /// <summary>Lets a URL in flight wait for another attempt.</summary>
    public void Retry(FrontierEntry entry, DateTimeOffset due)
    {
        Expect(entry, FrontierState.InFlight);
        entry.State = FrontierState.Waiting;
        InFlight--;
        _waiting.Enqueue(entry, due);
    }

    /// <summary>Queues the waiting URLs whose time has come.</summary>
    public void Wake(DateTimeOffset now)
    {
        while (_waiting.TryPeek(out var entry, out var due) && due <= now)
        {
            _waiting.Dequeue();
            Queued++;
            Enqueue(entry);
        }
    }

    /// <summary>Ends a URL in flight. Until <see cref="OnStored"/> the store has it as open.</summary>
    public void Complete(FrontierEntry entry)
    {
        Leave(entry);
        _ending.Add(entry.Hash);
    }

    /// <summary>The store has a URL as done.</summary>
    public void OnStored(UrlHash url)
    {
        if (_ending.Remove(url) && _isLoading) _endedSinceLoad.Add(url);
    }

    /// <summary>Leaves a URL in flight to the store, which has it as open.</summary>
    public void Leave(FrontierEntry entry)
    {
        Expect(entry, FrontierState.InFlight);
        InFlight--;
        Remove(entry);
    }

    /// <summary>Ends the URLs queued in the window or waiting that meet a condition, and gives them. Until <see cref="OnStored"/> the store has them as open.</summary>
    public IReadOnlyList<FrontierEntry> Abandon(Func<FrontierEntry, bool> which)
    {
        List<FrontierEntry> left = [];
        PriorityQueue<FrontierEntry, (int, long)> kept = new();
        while (Peek() is { } entry)
        {
            _queue.Dequeue();
            if (which(entry)) left.Add(entry);
            else kept.Enqueue(entry, entry.Order);
        }

        (_queue, _inWindow) = (kept, kept.Count);
        Queued -= left.Count;
        var waits = _waiting.UnorderedItems.ToArray();
        _waiting.Clear();
        foreach (var (entry, due) in waits)
        {
            if (which(entry)) left.Add(entry);
            else _waiting.Enqueue(entry, due);
        }

        foreach (var entry in left)
        {
            Remove(entry);
            _ending.Add(entry.Hash);
        }

        return left;
    }

    /// <summary>Takes a URL that is open in the store, unless it is here, or was done since the store was asked.</summary>
    private bool TryEnter(FrontierEntry entry)
    {
        if (_ending.Contains(entry.Hash) || _endedSinceLoad.Contains(entry.Hash) || !_entries.TryAdd(entry.Hash, entry)) return false;
        Enqueue(entry);
        return true;
    }

    private void Enqueue(FrontierEntry entry)
    {
        entry.State = FrontierState.Queued;
        _inWindow++;
        _queue.Enqueue(entry, entry.Order);
    }

    /// <summary>Leaves what comes last to the store; but of a URL that was tried, how often is known here alone.</summary>
    private void Trim()
    {
        var all = _queue;
        (_queue, _inWindow) = (new(), 0);
        (int, long)? end = null;
        for (var left = window; all.TryDequeue(out var entry, out var order);)
        {
            if (entry.State != FrontierState.Queued || entry.Order != order) continue;
            if (left-- > 0)
            {
                Enqueue(entry);
                end = order;
            }
            else if (entry.Attempts > 0)
            {
                Enqueue(entry);
            }
            else
            {
                Remove(entry);
            }
        }

        _end = end;
    }

    private void Remove(FrontierEntry entry)
    {
        entry.State = FrontierState.Gone;
        _entries.Remove(entry.Hash);
    }

    private static void Expect(FrontierEntry entry, FrontierState state)
    {
        if (entry.State != state) throw new InvalidOperationException($"'{entry.Href}' is {entry.State}, not {state}.");
    }
}
