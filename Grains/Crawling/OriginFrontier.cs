using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>The URLs of one origin: each is known once, and they are taken breadth first, in the order they were found.</summary>
/// <remarks>
/// Not thread-safe: its grain's turns make the check for a known URL and its entry one step. A URL costs its text and one small object; the links of a
/// finished page are kept only while a smaller depth of the page could carry them below the depth limit.
/// </remarks>
internal sealed class OriginFrontier(int? maxDepth) : IOriginFrontier
{
    private readonly Dictionary<string, FrontierEntry> _known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, Queue<FrontierEntry>> _queues = [];
    private readonly PriorityQueue<FrontierEntry, DateTimeOffset> _waiting = new();
    private readonly Queue<FrontierEntry> _nearer = new();

    public int Known => _known.Count;

    public int Queued { get; private set; }

    public int InFlight { get; private set; }

    public int Waiting => _waiting.Count;

    public bool IsIdle => Queued == 0 && InFlight == 0 && _waiting.Count == 0;

    public DateTimeOffset? NextDue => _waiting.TryPeek(out _, out var due) ? due : null;

    public bool Add(string href, int depth, string? referrer)
    {
        if (depth > maxDepth) return false;
        if (_known.TryGetValue(href, out var entry))
        {
            if (depth < entry.Depth) Lower(entry, depth);
            return false;
        }

        _known.Add(href, entry = new FrontierEntry(href, depth, referrer));
        Enqueue(entry);
        return true;
    }

    public FrontierEntry? Peek()
    {
        foreach (var (depth, queue) in _queues)
            while (queue.TryPeek(out var entry))
            {
                // A URL found again nearer to a seed moved to another queue and left this place behind.
                if (entry.State == FrontierState.Queued && entry.Depth == depth) return entry;
                queue.Dequeue();
            }

        _queues.Clear();
        return null;
    }

    public FrontierEntry? Take()
    {
        if (Peek() is not { } entry) return null;
        var queue = _queues[entry.Depth];
        queue.Dequeue();
        if (queue.Count == 0) _queues.Remove(entry.Depth);
        entry.State = FrontierState.InFlight;
        Queued--;
        InFlight++;
        return entry;
    }

    public void PutBack(FrontierEntry entry)
    {
        Expect(entry, FrontierState.InFlight);
        InFlight--;
        Enqueue(entry);
    }

    public void Retry(FrontierEntry entry, DateTimeOffset due)
    {
        Expect(entry, FrontierState.InFlight);
        entry.State = FrontierState.Waiting;
        InFlight--;
        _waiting.Enqueue(entry, due);
    }

    public void Wake(DateTimeOffset now)
    {
        while (_waiting.TryPeek(out var entry, out var due) && due <= now)
        {
            _waiting.Dequeue();
            Enqueue(entry);
        }
    }

    public void Complete(FrontierEntry entry, ImmutableArray<string> links)
    {
        Expect(entry, FrontierState.InFlight);
        entry.State = FrontierState.Done;
        entry.Referrer = null;
        InFlight--;
        if (maxDepth is null || entry.Depth == 0 || links.IsEmpty) return;
        // Links into this origin are known already: share their text.
        entry.Links = [.. links.Select(link => _known.TryGetValue(link, out var target) ? target.Href : link)];
    }

    public IEnumerable<FrontierEntry> TakeNearer()
    {
        while (_nearer.TryDequeue(out var entry))
        {
            yield return entry;
            if (entry.Depth == 0) entry.Links = [];
        }
    }

    public IReadOnlyList<FrontierEntry> Abandon(Func<FrontierEntry, bool> which)
    {
        List<FrontierEntry> left = [], kept = [];
        while (Take() is { } entry) (which(entry) ? left : kept).Add(entry);
        foreach (var entry in kept) PutBack(entry);
        InFlight -= left.Count;

        var waits = _waiting.UnorderedItems.ToArray();
        _waiting.Clear();
        foreach (var (entry, due) in waits)
            if (which(entry)) left.Add(entry);
            else _waiting.Enqueue(entry, due);
        foreach (var entry in left) entry.State = FrontierState.Done;
        return left;
    }

    private void Lower(FrontierEntry entry, int depth)
    {
        entry.Depth = depth;
        if (entry.State == FrontierState.Queued)
        {
            Queued--;
            Enqueue(entry);
        }
        else if (entry.State == FrontierState.Done && !entry.Links.IsEmpty)
        {
            _nearer.Enqueue(entry);
        }
    }

    private void Enqueue(FrontierEntry entry)
    {
        entry.State = FrontierState.Queued;
        Queued++;
        if (!_queues.TryGetValue(entry.Depth, out var queue)) _queues.Add(entry.Depth, queue = new Queue<FrontierEntry>());
        queue.Enqueue(entry);
    }

    private static void Expect(FrontierEntry entry, FrontierState state)
    {
        if (entry.State != state) throw new InvalidOperationException($"'{entry.Href}' is {entry.State}, not {state}.");
    }
}
