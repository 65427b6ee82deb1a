using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Links into one origin, of many pages.</summary>
/// <param name="Groups">The links by page.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.LinkBatch)]
public sealed record LinkBatch([property: Id(0)] ImmutableArray<LinkGroup> Groups);
