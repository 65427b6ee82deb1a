using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What a crawl takes from an HTML page.</summary>
/// <param name="Title">The title, blanks stripped and collapsed; null if there is none.</param>
/// <param name="Charset">The encoding the page was read in, by its name in the Encoding standard, lower case.</param>
/// <param name="Links">Everything the page links to that can be fetched, distinct, in document order.</param>
/// <param name="NoFollowLinks">Those of them that carry <c>rel=nofollow</c> wherever they stand.</param>
/// <param name="NoFollow">Whether the page asks robots to follow none of its links.</param>
/// <param name="IsCut">Whether it has more links than are taken from one page.</param>
internal sealed record PageContent(
    string? Title, string Charset, ImmutableArray<CrawlUrl> Links, ImmutableArray<CrawlUrl> NoFollowLinks, bool NoFollow, bool IsCut)
{
    /// <summary>The links a crawler may follow.</summary>
    /// <param name="respectNoFollow">Whether to do what page and links ask of robots.</param>
    public ImmutableArray<CrawlUrl> LinksToFollow(bool respectNoFollow)
    {
        if (!respectNoFollow) return Links;
        if (NoFollow) return [];
        return NoFollowLinks.IsEmpty ? Links : Links.RemoveRange(NoFollowLinks);
    }
}
