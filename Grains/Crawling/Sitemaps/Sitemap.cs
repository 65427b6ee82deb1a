using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What a sitemap names.</summary>
/// <param name="Pages">Pages, those changed last first; the others behind them, in their order.</param>
/// <param name="Sitemaps">Further sitemaps, if it is an index, in the same order.</param>
/// <param name="Error">What is wrong with it, in one line; what could be read before is there.</param>
internal sealed record Sitemap(ImmutableArray<CrawlUrl> Pages, ImmutableArray<CrawlUrl> Sitemaps, string? Error)
{
    /// <summary>A sitemap named in robots.txt; below it come those that indexes name.</summary>
    public const int NamedLevel = 0;

    /// <summary>How deep indexes may name indexes.</summary>
    public const int MaxLevel = 3;

    /// <summary>Nobody named it: it is looked for where sitemaps use to be.</summary>
    public const int GuessedLevel = -1;

    /// <summary>No sitemap yet: once robots.txt is known, there will be some, or a guess.</summary>
    public const int SearchLevel = -2;
}
