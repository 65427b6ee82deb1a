namespace OrleansAsync.Crawling;

/// <summary>How the crawl of one URL ended.</summary>
[GenerateSerializer, Alias(FetchingAliases.PageOutcome)]
public enum PageOutcome
{
    /// <summary>The final answer was a 2xx or a 304.</summary>
    Success = 0,

    /// <summary>No complete answer came within the time allowed.</summary>
    Timeout = 1,

    /// <summary>Any other answer, or none at all.</summary>
    Error = 2,

    /// <summary>robots.txt forbids the URL, or a redirect's target.</summary>
    Disallowed = 3,

    /// <summary>The URL was scheduled and then left out by a limit or a rule; the error says which.</summary>
    Skipped = 4,
}
