using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Links on their way from one origin to others: each is sent once (or again at a smaller depth where depth counts), many in one batch.</summary>
internal sealed class LinkOutbox(bool depthCounts)
{
    private const int MaxBatch = 2000;

    private readonly Dictionary<string, int> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Target> _targets = new(StringComparer.Ordinal);
    private int _pending;

    /// <summary>Whether every link was acknowledged by its origin.</summary>
    public bool IsEmpty => _pending == 0;

    public void Add(string origin, string href, int depth, string referrer)
    {
        if (_sent.TryGetValue(href, out var before) && (!depthCounts || before <= depth)) return;
        _sent[href] = depth;
        if (!_targets.TryGetValue(origin, out var target)) _targets.Add(origin, target = new Target());
        target.Links.Enqueue(new Link(href, depth, referrer));
        _pending++;
    }

    /// <summary>The origins with links to send and no batch on its way.</summary>
    public IReadOnlyList<string> Ready => _pending == 0 ? [] : [.. _targets.Where(static t => t.Value is { Underway: 0, Links.Count: > 0 }).Select(static t => t.Key)];

    /// <summary>Takes a batch for an origin, which stays pending until <see cref="Acknowledge"/>.</summary>
    public LinkBatch Take(string origin)
    {
        var target = _targets[origin];
        var groups = ImmutableArray.CreateBuilder<LinkGroup>();
        var links = ImmutableArray.CreateBuilder<string>();
        Link? first = null;
        while (target.Underway < MaxBatch && target.Links.TryDequeue(out var link))
        {
            if (first is { } f && (!ReferenceEquals(f.Referrer, link.Referrer) || f.Depth != link.Depth))
            {
                groups.Add(new LinkGroup(f.Referrer, f.Depth, links.DrainToImmutable()));
                first = null;
            }

            first ??= link;
            links.Add(link.Href);
            target.Underway++;
        }

        if (first is { } last) groups.Add(new LinkGroup(last.Referrer, last.Depth, links.DrainToImmutable()));
        return new LinkBatch(groups.ToImmutable());
    }

    public void Acknowledge(string origin)
    {
        var target = _targets[origin];
        _pending -= target.Underway;
        target.Underway = 0;
        if (target.Links.Count == 0) _targets.Remove(origin);
    }

    /// <summary>Drops what was not sent.</summary>
    public void Clear()
    {
        foreach (var target in _targets.Values)
        {
            _pending -= target.Links.Count;
            target.Links.Clear();
        }
    }

    private readonly record struct Link(string Href, int Depth, string Referrer);

    private sealed class Target
    {
        public Queue<Link> Links { get; } = new();

        public int Underway { get; set; }
    }
}
