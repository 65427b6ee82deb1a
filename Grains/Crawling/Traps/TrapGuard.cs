namespace OrleansAsync.Crawling;

/// <summary>
/// Keeps one origin of a crawl from going on for ever: counts URLs that look endless, and refuses them above their limit. The first ones refused have a
/// record each, the others are counted.
/// </summary>
/// <remarks>Not thread-safe: it lives in the turns of its grain. The counts met last are kept; the store has them all, written together with the URLs.</remarks>
/// <param name="limits">The limits.</param>
internal sealed class TrapGuard(TrapLimits limits)
{
    /// <summary>How many refused URLs of each kind have a record.</summary>
    public const int RecordsPerTrap = 20;

    /// <summary>How many sitemaps of one site are read.</summary>
    public const int MaxSitemaps = 1000;

    /// <summary>How many counts are kept at least.</summary>
    public const int Capacity = 4096;

    private static readonly TrapKey LeftOutKey = new(TrapRule.LeftOut, default);
    private static readonly TrapKey SitemapsKey = new(TrapRule.Sitemaps, default);

    private readonly Recent<TrapKey, long> _counts = new(Capacity);
    private readonly Recent<UrlHash, (string Content, int Votes)> _contents = new(Capacity);
    private readonly Dictionary<TrapKey, long> _changed = [];
    private readonly List<TrapSuspicion> _found = [];
    private bool _isAnySame;

    /// <summary>Gets how many links were left out without a record.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Takes over what was counted before.</summary>
    public void Restore(IEnumerable<TrapCount> counts)
    {
        foreach (var (key, count) in counts)
        {
            if (key == LeftOutKey) LeftOut = count;
            else _counts.Set(key, count);
            _isAnySame |= key.Rule == TrapRule.Same;
        }
    }

    /// <summary>Counts a URL that is met.</summary>
    /// <param name="href">The URL.</param>
    /// <param name="depth">How many links it is away from a seed.</param>
    /// <param name="mark">What to keep with it; <see langword="null"/> for most. It may say that the URL is refused.</param>
    /// <returns>False if it is left out without a record.</returns>
    public bool TryEnter(string href, int depth, out TrapMark? mark)
    {
        mark = null;
        if (depth == 0) return true;
        Find(href, depth);
        return TryCount(out mark);
    }

    /// <summary>Counts a sitemap.</summary>
    /// <param name="mark">What to keep with it.</param>
    /// <returns>False if it is left out.</returns>
    public bool TryEnterSitemap(out TrapMark? mark)
    {
        _counts.TryGet(SitemapsKey, out var count);
        mark = count < MaxSitemaps ? new([SitemapsKey], null) : null;
        if (mark is null) _changed[LeftOutKey] = ++LeftOut;
        else Count(SitemapsKey, 1);
        return mark is not null;
    }

    /// <summary>A URL was known before: it does not count.</summary>
    public void Forget(TrapMark? mark)
    {
        foreach (var key in mark?.Counted ?? []) Count(key, -1);
    }

    /// <summary>Says why a URL is not requested although it was not refused when it was met: what its kind is like turned out since, or was lost with a silo.</summary>
    public string? Refuse(string href, int depth)
    {
        if (depth == 0) return null;
        Find(href, depth);
        foreach (var (key, limit) in _found)
            if (limit == 0)
                return TrapRules.Describe(key.Rule, limits);
        return null;
    }

    /// <summary>Takes note of a page with links to follow.</summary>
    /// <param name="href">Its URL.</param>
    /// <param name="content">The hash of its body.</param>
    public void OnFetched(string href, string content)
    {
        if (limits.Same is not { } limit || TrapRules.Pattern(href) is not { } pattern) return;
        // Of all contents one must lead the others together by the limit (the majority vote of Boyer and Moore), so that a few pages alike close nothing.
        var (leading, votes) = _contents.TryGet(pattern, out var known) ? known : (content, 0);
        (leading, votes) = leading == content ? (leading, votes + 1) : votes == 0 ? (content, 1) : (leading, votes - 1);
        _contents.Set(pattern, (leading, votes));
        TrapKey key = new(TrapRule.Same, pattern);
        if (votes < limit || _counts.TryGet(key, out _)) return;
        _isAnySame = true;
        Count(key, 0);
    }

    /// <summary>Gives the counts that changed since this was called last.</summary>
    public IReadOnlyList<TrapCount> TakeChanged()
    {
        if (_changed.Count == 0) return [];
        TrapCount[] changed = [.. _changed.Select(static count => new TrapCount(count.Key, count.Value))];
        _changed.Clear();
        return changed;
    }

    private void Find(string href, int depth)
    {
        _found.Clear();
        // Once a pattern is closed, its URLs are alike beyond the limit each.
        if (_isAnySame && TrapRules.Pattern(href) is { } pattern && new TrapKey(TrapRule.Same, pattern) is var key && _counts.TryGet(key, out _)) _found.Add(new(key, 0));
        TrapRules.Find(href, depth, limits, _found);
    }

    private bool TryCount(out TrapMark? mark)
    {
        mark = null;
        foreach (var (key, limit) in _found)
        {
            _counts.TryGet(key, out var count);
            if (count < limit) continue;
            if (count >= limit + RecordsPerTrap)
            {
                _changed[LeftOutKey] = ++LeftOut;
                return false;
            }

            Count(key, 1);
            var isLast = count == limit + RecordsPerTrap - 1;
            mark = new([key], TrapRules.Describe(key.Rule, limits) + (isLast ? "; further ones are left out without a record" : ""));
            return true;
        }

        if (_found.Count == 0) return true;
        TrapKey[] counted = [.. _found.Select(static suspicion => suspicion.Key)];
        foreach (var key in counted) Count(key, 1);
        mark = new(counted, null);
        return true;
    }

    private void Count(TrapKey key, int change)
    {
        _counts.TryGet(key, out var count);
        _counts.Set(key, _changed[key] = Math.Max(0, count + change));
    }
}
