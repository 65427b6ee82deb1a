namespace OrleansAsync.Crawling;

/// <summary>Where records go as they come.</summary>
internal interface IRecordSink : IAsyncDisposable
{
    /// <summary>Writes records; when it returns they are handed to the operating system.</summary>
    /// <param name="records">The records.</param>
    Task WriteAsync(IReadOnlyList<PageRecord> records);

    /// <summary>Writes what comes after the last record, if the sink has such a thing.</summary>
    /// <param name="summary">The summary.</param>
    Task CompleteAsync(CrawlSummary summary);
}
