namespace OrleansAsync.Crawling;

/// <summary>
/// Where a crawl stops to follow links that look endless. <see langword="null"/> is no limit. URLs that were given, and those of sitemaps, are fetched in any
/// case. The defaults leave sites made by people alone.
/// </summary>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.TrapLimits)]
public sealed record TrapLimits
{
    /// <summary>How many links away from a given URL a site begins to look endless.</summary>
    public const int EndlessFrom = 50;

    /// <summary>No limits.</summary>
    public static readonly TrapLimits None = new() { Length = null, Depth = null, Repeats = null, Queries = null, Endless = null, Sessions = null, Same = null };

    /// <summary>Gets how many characters a URL may have.</summary>
    [Id(0)] public int? Length { get; init; } = 4096;

    /// <summary>Gets how many segments a path may have.</summary>
    [Id(1)] public int? Depth { get; init; } = 40;

    /// <summary>Gets how often one segment may stand in a path, numbers left out.</summary>
    [Id(2)] public int? Repeats { get; init; } = 3;

    /// <summary>Gets how many URLs there may be of one path that differ in queries of two or more parameters.</summary>
    [Id(3)] public int? Queries { get; init; } = 10_000;

    /// <summary>Gets how many URLs there may be in one folder, numbers in its name taken as equal, that are more than <see cref="EndlessFrom"/> links away from a given one.</summary>
    [Id(4)] public int? Endless { get; init; } = 1000;

    /// <summary>Gets how many URLs there may be that differ only in a session id.</summary>
    [Id(5)] public int? Sessions { get; init; } = 10;

    /// <summary>Gets how many pages with links may have one content if their URLs differ only in numbers or in their query.</summary>
    [Id(6)] public int? Same { get; init; } = 30;
}
