using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What a silo needs to know of a crawl to take part in it; each silo asks for it once.</summary>
/// <param name="Specification">How to crawl.</param>
/// <param name="ScopeSeeds">The seeds that decide which links are in scope.</param>
/// <param name="Permitted">The private networks the crawl may connect to.</param>
/// <param name="IsDetached">Whether the crawl goes on when nobody follows it.</param>
/// <param name="Id">Tells it from that of another crawl of the same id.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Setup)]
public sealed record CrawlSetup(
    [property: Id(0)] CrawlSpecification Specification,
    [property: Id(1)] ImmutableArray<string> ScopeSeeds,
    [property: Id(2)] PrivateNetworks Permitted,
    [property: Id(3)] bool IsDetached,
    [property: Id(4)] Guid Id);
