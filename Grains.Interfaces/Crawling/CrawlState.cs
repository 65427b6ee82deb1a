namespace OrleansAsync.Crawling;

/// <summary>Where a crawl stands.</summary>
[GenerateSerializer, Alias(CrawlingAliases.State)]
public enum CrawlState
{
    /// <summary>It has not been started; seeds may still be added.</summary>
    New = 0,

    /// <summary>It runs.</summary>
    Running = 1,

    /// <summary>Every scheduled URL has its record.</summary>
    Finished = 2,

    /// <summary>It was cancelled for good; URLs that were still waiting have no record.</summary>
    Canceled = 3,

    /// <summary>It cannot go on; the progress says why.</summary>
    Failed = 4,

    /// <summary>It does nothing until it is resumed.</summary>
    Paused = 5,
}
