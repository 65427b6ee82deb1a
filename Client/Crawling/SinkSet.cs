using OrleansAsync.Commands;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>All the places the records of a crawl go to.</summary>
internal sealed class SinkSet : IRecordSink
{
    private readonly List<IRecordSink> _sinks = [];

    /// <summary>Opens them.</summary>
    /// <param name="request">Names the files.</param>
    /// <param name="output">Says what stdout holds.</param>
    /// <exception cref="ProgramException">A file cannot be written.</exception>
    public SinkSet(CrawlRequest request, Output output)
    {
        foreach (var file in request.Outputs) _sinks.Add(JsonLinesSink.Create(file));
        if (output.IsJson) _sinks.Add(JsonLinesSink.Stdout());
        // A live view has the terminal for itself.
        else if (request.Outputs.IsEmpty && (Console.IsOutputRedirected || !output.IsLive)) _sinks.Add(new TextSink());
    }

    /// <inheritdoc/>
    public async Task WriteAsync(IReadOnlyList<PageRecord> records)
    {
        if (records.Count == 0) return;
        foreach (var sink in _sinks) await sink.WriteAsync(records);
    }

    /// <inheritdoc/>
    public async Task CompleteAsync(CrawlSummary summary)
    {
        foreach (var sink in _sinks) await sink.CompleteAsync(summary);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var sink in _sinks) await sink.DisposeAsync();
    }
}
