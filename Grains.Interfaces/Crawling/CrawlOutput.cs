namespace OrleansAsync.Crawling;

/// <summary>A file that a follower writes records to.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Length">How long it is with the records that were acknowledged; what is behind is of a follower that was lost.</param>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Output)]
public sealed record CrawlOutput([property: Id(0)] string Path, [property: Id(1)] long Length);
