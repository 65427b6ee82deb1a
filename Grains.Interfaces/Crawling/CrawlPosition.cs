namespace OrleansAsync.Crawling;

/// <summary>Up to where a follower has the records of a crawl.</summary>
/// <param name="Epoch">Which activation of the crawl numbered them; empty at the start.</param>
/// <param name="Sequence">The number of the last one.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Position)]
public sealed record CrawlPosition([property: Id(0)] Guid Epoch, [property: Id(1)] long Sequence)
{
    /// <summary>Before the first record.</summary>
    public static readonly CrawlPosition Start = new(Guid.Empty, 0);
}
