using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>The URLs of one origin: each is known once, and they are taken breadth first, in the order they were found.</summary>
/// <remarks>
/// Not thread-safe: its grain's turns make the check for a known URL and its entry one step. A URL costs its text and one small object; the links of a
/// finished page are kept only while a smaller depth of the page could carry them below the depth limit.
/// </remarks>
internal sealed class OriginFrontier(int? maxDepth) : IOriginFrontier
{
    private readonly Dictionary<string, FrontierEntry> known = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, Queue<FrontierEntry>> queues = [];
    private readonly PriorityQueue<FrontierEntry, DateTimeOffset> waiting = new();
    private readonly Queue<FrontierEntry> nearer = new();

    public int Known => known.Count;

    public int Queued { get; private set; }

    public int InFlight { get; private set; }

    public int Waiting => waiting.Count;

    public bool IsIdle => Queued == 0 && InFlight == 0 && waiting.Count == 0;

    public DateTimeOffset? NextDue => waiting.TryPeek(out _, out var due) ? due : null;

    public bool Add(string href, int depth, string? referrer)
    {
        if (depth > maxDepth) return false;
        if (known.TryGetValue(href, out var entry))
        {
            if (depth < entry.Depth) Lower(entry, depth);
            return false;
        }

        known.Add(href, entry = new FrontierEntry(href, depth, referrer));
        Enqueue(entry);
        return true;
    }

    public FrontierEntry? Peek()
    {
        foreach (var (depth, queue) in queues)
            while (queue.TryPeek(out var entry))
            {
                // A URL found again nearer to a seed moved to another queue and left this place behind.
                if (entry.State == FrontierState.Queued && entry.Depth == depth) return entry;
                queue.Dequeue();
            }

        queues.Clear();
        return null;
    }

    public FrontierEntry? Take()
    {
        if (Peek() is not { } entry) return null;
        var queue = queues[entry.Depth];
        queue.Dequeue();
        if (queue.Count == 0) queues.Remove(entry.Depth);
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
        waiting.Enqueue(entry, due);
    }

    public void Wake(DateTimeOffset now)
    {
        while (waiting.TryPeek(out var entry, out var due) && due <= now)
        {
            waiting.Dequeue();
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
        entry.Links = [.. links.Select(link => known.TryGetValue(link, out var target) ? target.Href : link)];
    }

    public IEnumerable<FrontierEntry> TakeNearer()
    {
        while (nearer.TryDequeue(out var entry))
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

        var waits = waiting.UnorderedItems.ToArray();
        waiting.Clear();
        foreach (var (entry, due) in waits)
            if (which(entry)) left.Add(entry);
            else waiting.Enqueue(entry, due);
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
            nearer.Enqueue(entry);
        }
    }

    private void Enqueue(FrontierEntry entry)
    {
        entry.State = FrontierState.Queued;
        Queued++;
        if (!queues.TryGetValue(entry.Depth, out var queue)) queues.Add(entry.Depth, queue = new Queue<FrontierEntry>());
        queue.Enqueue(entry);
    }

    private static void Expect(FrontierEntry entry, FrontierState state)
    {
        if (entry.State != state) throw new InvalidOperationException($"'{entry.Href}' is {entry.State}, not {state}.");
    }
}
