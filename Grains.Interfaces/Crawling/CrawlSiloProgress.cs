namespace OrleansAsync.Crawling;

/// <summary>What one silo has fetched for a crawl.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Pages">Pages it fetched.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.SiloProgress)]
public sealed record CrawlSiloProgress([property: Id(0)] string Silo, [property: Id(1)] long Pages);
