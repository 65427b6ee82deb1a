using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What one <c>oa crawl</c> was asked to do.</summary>
internal sealed record CrawlRequest
{
    /// <summary>Gets how to crawl.</summary>
    public required CrawlSpecification Specification { get; init; }

    /// <summary>Gets the URLs given as arguments.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>Gets the file with further URLs; <c>-</c> is stdin.</summary>
    public string? UrlsFile { get; init; }

    /// <summary>Gets the files to write records to.</summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary>Gets the crawl's id; <see langword="null"/> for a new one.</summary>
    public string? Id { get; init; }

    /// <summary>Gets whether the crawl is left to the cluster.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Gets whether the built-in site is to be crawled.</summary>
    public bool IsDemo { get; init; }
}
