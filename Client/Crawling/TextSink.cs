using System.Text;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>One line a record on stdout, for people and pipes.</summary>
internal sealed class TextSink : IRecordSink
{
    private readonly Stream _stdout = Console.OpenStandardOutput();

    /// <inheritdoc/>
    public async Task WriteAsync(IReadOnlyList<PageRecord> records)
    {
        var lines = new StringBuilder();
        foreach (var record in records)
        {
            lines.Append(RecordJson.Name(record.Outcome)).Append('\t').Append(record.Status?.ToString(null, null) ?? "-").Append('\t').Append(record.Url);
            if (record.Error is { } error) lines.Append('\t').Append(error);
            lines.Append('\n');
        }

        try
        {
            await _stdout.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()));
        }
        catch (IOException exception)
        {
            throw ProgramException.Failure($"cannot write to stdout: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CrawlSummary summary) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stdout.DisposeAsync();
}
