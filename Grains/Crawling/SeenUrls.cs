namespace OrleansAsync.Crawling;

/// <summary>The URLs met last and the smallest depth each was met at: spares most questions to the store. Of what was not met for long nothing is kept.</summary>
/// <param name="capacity">How many are kept at least; twice as many at most.</param>
internal sealed class SeenUrls(int capacity)
{
    private Dictionary<UrlHash, int> _young = [];
    private Dictionary<UrlHash, int> _old = [];

    /// <summary>Gets the smallest depth a URL was met at.</summary>
    public bool TryGet(UrlHash url, out int depth)
    {
        if (_young.TryGetValue(url, out depth)) return true;
        if (!_old.TryGetValue(url, out depth)) return false;
        Set(url, depth);
        return true;
    }

    /// <summary>Notes a URL.</summary>
    public void Set(UrlHash url, int depth)
    {
        _young[url] = depth;
        if (_young.Count < capacity) return;
        (_old, _young) = (_young, []);
    }
}
