using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Links found on one page.</summary>
/// <param name="Referrer">The page; <see langword="null"/> for seeds.</param>
/// <param name="Depth">The depth of the links.</param>
/// <param name="Links">The links, canonical.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.LinkGroup)]
public sealed record LinkGroup(
    [property: Id(0)] string? Referrer,
    [property: Id(1)] int Depth,
    [property: Id(2)] ImmutableArray<string> Links);
