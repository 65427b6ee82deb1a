namespace OrleansAsync.Crawling;

/// <summary>A header sent with every request of a crawl.</summary>
/// <param name="Name">The header's name.</param>
/// <param name="Value">Its value.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Header)]
public sealed record CrawlHeader([property: Id(0)] string Name, [property: Id(1)] string Value);
