using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Links on their way from one origin to others, many in one batch. The store has them until they are acknowledged.</summary>
internal sealed class LinkOutbox
{
    private const int MaxBatch = 2000;

    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);

    /// <summary>Links not acknowledged yet.</summary>
    public int Count { get; private set; }

    /// <summary>The origins with links to send and no batch on its way.</summary>
    public IReadOnlyList<string> Ready => Count == 0 ? [] : [.. _targets.Where(static t => t.Value is { Underway: 0, Links.Count: > 0 }).Select(static t => t.Key)];

    public void Add(StoredLink link)
    {
        if (!_targets.TryGetValue(link.Target, out var target)) _targets.Add(link.Target, target = new Target());
        target.Links.Enqueue(link);
        Count++;
    }

    /// <summary>Takes a batch for an origin, which stays pending until <see cref="Acknowledge"/>.</summary>
    public LinkBatch Take(string origin)
    {
        var target = _targets[origin];
        var groups = ImmutableArray.CreateBuilder<LinkGroup>();
        var links = ImmutableArray.CreateBuilder<string>();
        StoredLink? first = null;
        while (target.Underway < MaxBatch && target.Links.TryDequeue(out var link))
        {
            if (first is not null && (first.Referrer != link.Referrer || first.Depth != link.Depth))
            {
                groups.Add(new LinkGroup(first.Referrer, first.Depth, links.DrainToImmutable()));
                first = null;
            }

            first ??= link;
            links.Add(link.Href);
            target.Underway++;
            target.Last = link.Number;
        }

        if (first is not null) groups.Add(new LinkGroup(first.Referrer, first.Depth, links.DrainToImmutable()));
        return new LinkBatch(groups.ToImmutable());
    }

    /// <summary>An origin has its batch.</summary>
    /// <returns>The number of the last link it has.</returns>
    public long Acknowledge(string origin)
    {
        var target = _targets[origin];
        Count -= target.Underway;
        target.Underway = 0;
        if (target.Links.Count == 0) _targets.Remove(origin);
        return target.Last;
    }

    /// <summary>Drops what was not sent.</summary>
    public void Clear()
    {
        foreach (var target in _targets.Values)
        {
            Count -= target.Links.Count;
            target.Links.Clear();
        }
    }

    private sealed class Target
    {
        public Queue<StoredLink> Links { get; } = new();

        public int Underway { get; set; }

        public long Last { get; set; }
    }
}
