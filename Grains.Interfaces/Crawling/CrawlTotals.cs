namespace OrleansAsync.Crawling;

/// <summary>The sums of a crawl.</summary>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.Totals)]
public sealed record CrawlTotals
{
    /// <summary>Gets the number of URLs that ended in <see cref="PageOutcome.Success"/>.</summary>
    [Id(0)] public long Success { get; init; }

    /// <summary>Gets the number of URLs that ended in <see cref="PageOutcome.Timeout"/>.</summary>
    [Id(1)] public long Timeout { get; init; }

    /// <summary>Gets the number of URLs that ended in <see cref="PageOutcome.Error"/>.</summary>
    [Id(2)] public long Error { get; init; }

    /// <summary>Gets the number of URLs that ended in <see cref="PageOutcome.Disallowed"/>.</summary>
    [Id(3)] public long Disallowed { get; init; }

    /// <summary>Gets the number of URLs that ended in <see cref="PageOutcome.Skipped"/>.</summary>
    [Id(4)] public long Skipped { get; init; }

    /// <summary>Gets the decoded bytes of all bodies.</summary>
    [Id(5)] public long Bytes { get; init; }

    /// <summary>Gets the number of hosts that had a URL scheduled.</summary>
    [Id(6)] public long Hosts { get; init; }

    /// <summary>Gets how long the crawl ran, pauses left out.</summary>
    [Id(7)] public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the number of URLs with a final answer or failure: all but those left out by robots.txt or a limit.</summary>
    public long Pages => Success + Timeout + Error;

    /// <summary>Gets <see cref="Pages"/> per second.</summary>
    public double PagesPerSecond => Elapsed > TimeSpan.Zero ? Pages / Elapsed.TotalSeconds : 0;

    /// <summary>Adds URLs that ended alike.</summary>
    /// <param name="outcome">How they ended.</param>
    /// <param name="count">How many.</param>
    /// <param name="bytes">The decoded bytes of their bodies.</param>
    public CrawlTotals Add(PageOutcome outcome, long count, long bytes)
    {
        var sum = this with { Bytes = Bytes + bytes };
        return outcome switch
        {
            PageOutcome.Success => sum with { Success = Success + count },
            PageOutcome.Timeout => sum with { Timeout = Timeout + count },
            PageOutcome.Disallowed => sum with { Disallowed = Disallowed + count },
            PageOutcome.Skipped => sum with { Skipped = Skipped + count },
            _ => sum with { Error = Error + count },
        };
    }
}
