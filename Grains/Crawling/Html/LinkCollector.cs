using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>The references of one page, without fragments and repetitions: most vanish before the costly step of resolving them.</summary>
internal sealed class LinkCollector
{
    /// <summary>Longer references, and links that become longer once they are resolved, are dropped: no server takes them, and a page could be one.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>
    /// Characters of a page's links together; what comes beyond is left out. Each of a million short references is a long link if the page's URL, or its base
    /// element, is long.
    /// </summary>
    public const int MaxTotalLength = 8 * 1024 * 1024;

    private readonly Dictionary<string, bool> _follow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly List<string> _references = [];

    public LinkCollector() => _bySpan = _follow.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Takes a reference as it stands in the page.</summary>
    /// <param name="reference">The attribute's value.</param>
    /// <param name="noFollow">Whether robots are asked not to follow it.</param>
    public void Add(ReadOnlySpan<char> reference, bool noFollow)
    {
        var fragment = reference.IndexOf('#');
        if (fragment >= 0) reference = reference[..fragment];
        reference = reference.Trim(" \t\r\n\f");
        if (reference.Length > MaxLength) return;
        ref var follow = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySpan, reference, out var known);
        if (!known) _references.Add(reference.ToString());
        follow |= !noFollow;
    }

    /// <summary>Resolves what was collected; a reference that cannot be fetched costs only itself.</summary>
    /// <param name="baseUrl">What to resolve against.</param>
    /// <param name="queryEncoding">The page's encoding where queries are written in it, or null.</param>
    /// <returns>All links and those not to follow, distinct, in document order, and whether some were left out.</returns>
    public (ImmutableArray<CrawlUrl> Links, ImmutableArray<CrawlUrl> NoFollow, bool IsCut) Resolve(CrawlUrl baseUrl, Encoding? queryEncoding)
    {
        var follow = new Dictionary<CrawlUrl, bool>(_references.Count);
        var links = ImmutableArray.CreateBuilder<CrawlUrl>(_references.Count);
        var (anyNoFollow, isCut) = (false, false);
        var left = MaxTotalLength;
        // Fills the strings that all links of this host then share.
        _ = (baseUrl.Origin, baseUrl.Host);
        foreach (var reference in _references)
        {
            if (!baseUrl.TryResolve(reference, out var url, queryEncoding)) continue;
            isCut = (left -= url.Href.Length) < 0;
            if (isCut) break;
            if (url.Href.Length > MaxLength) continue;
            ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(follow, url, out var known);
            if (!known) links.Add(url);
            seen |= _follow[reference];
            anyNoFollow |= !seen;
        }
        var all = links.DrainToImmutable();
        return (all, anyNoFollow ? [.. all.Where(url => !follow[url])] : [], isCut);
    }
}
