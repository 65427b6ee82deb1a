using System.Globalization;

namespace OrleansAsync.Crawling;

/// <summary>What a crawl came to.</summary>
/// <param name="CrawlId">The crawl.</param>
/// <param name="Totals">Its sums.</param>
/// <param name="IsResumed">Whether it went on from where it was.</param>
internal sealed record CrawlSummary(string CrawlId, CrawlTotals Totals, bool IsResumed)
{
    /// <summary>Gives the summary as one line for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"crawl {CrawlId}: {Totals.Pages} pages of {Totals.Hosts} hosts in {Totals.Elapsed.TotalSeconds:0.0} s ({Totals.PagesPerSecond:0.0}/s), {Bytes(Totals.Bytes)}: "
        + $"{Totals.Success} success, {Totals.Timeout} timeout, {Totals.Error} error, {Totals.Disallowed} disallowed, {Totals.Skipped} skipped");

    private static string Bytes(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.0} MiB"),
    };
}
