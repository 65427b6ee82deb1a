namespace OrleansAsync.Crawling;

/// <summary>What an origin is told to stop doing.</summary>
[GenerateSerializer, Alias(CrawlingAliases.Stop)]
public enum CrawlStop
{
    /// <summary>Nothing: go on.</summary>
    None = 0,

    /// <summary>The page limit is used up: what waits is skipped, what runs is finished.</summary>
    PageLimit = 1,

    /// <summary>The time is up: what waits or runs is skipped.</summary>
    TimeLimit = 2,

    /// <summary>The crawl is paused: what runs is broken off, and begins again when it goes on.</summary>
    Paused = 3,

    /// <summary>The crawl is cancelled: what waits or runs is dropped.</summary>
    Canceled = 4,

    /// <summary>The crawl has ended, or is paused: its origins are not needed any more.</summary>
    Ended = 5,
}
