using System.Collections.Immutable;
using OrleansAsync.Commands;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>All the places the records of a crawl go to.</summary>
internal sealed class SinkSet : IAsyncDisposable
{
    private readonly List<JsonLinesSink> _files = [];
    private readonly List<IRecordSink> _sinks = [];

    /// <summary>Opens them; what files hold stays until <see cref="Begin"/>.</summary>
    /// <param name="files">The files.</param>
    /// <param name="output">Says what stdout holds.</param>
    /// <exception cref="ProgramException">A file cannot be written.</exception>
    public SinkSet(ImmutableArray<string> files, Output output)
    {
        foreach (var file in files.DistinctBy(Path.GetFullPath)) Add(JsonLinesSink.Open(file));
        if (output.IsJson) _sinks.Add(JsonLinesSink.Stdout());
        // A live view has the terminal for itself.
        else if (files.IsEmpty && (Console.IsOutputRedirected || !output.IsLive)) _sinks.Add(new TextSink());
    }

    /// <summary>Gets what names whoever writes here to the crawl.</summary>
    public Guid Follower { get; } = Guid.NewGuid();

    /// <summary>Gets the files and how long they are.</summary>
    public ImmutableArray<CrawlOutput> Outputs => [.. _files.Select(static file => new CrawlOutput(file.Path, file.Length))];

    /// <summary>Gets the files as they are when a crawl begins.</summary>
    public ImmutableArray<CrawlOutput> NewOutputs => [.. _files.Select(static file => new CrawlOutput(file.Path, 0))];

    /// <summary>Empties the files.</summary>
    public void Begin()
    {
        foreach (var file in _files) file.Truncate(0);
    }

    /// <summary>Goes on where a crawl's files end; files it did not have get what the others have.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="written">Its files.</param>
    /// <param name="crawls">Gives the records.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="ProgramException">A file of the crawl is gone, or shorter than it was.</exception>
    public async Task ContinueAsync(string id, ImmutableArray<CrawlOutput> written, ICrawlDirectoryGrain crawls, CancellationToken cancellationToken)
    {
        var behind = _files.Where(file => written.All(output => output.Path != file.Path)).ToArray();
        foreach (var output in written)
        {
            var file = _files.Find(file => file.Path == output.Path) ?? Add(JsonLinesSink.Open(output.Path));
            if (file.Length < output.Length)
            {
                throw ProgramException.Input(
                    $"'{output.Path}' has {file.Length} of the {output.Length} bytes that crawl {id} wrote to it, so it cannot go on there; put it back, or take it out of the crawl: oa crawls export {id} -o {output.Path}");
            }

            file.Truncate(output.Length);
        }

        if (behind.Length == 0) return;
        foreach (var file in behind) file.Truncate(0);
        await CopyAsync(id, behind, crawls, deliveredOnly: true, cancellationToken);
    }

    /// <summary>Writes what is stored of a crawl.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="sinks">Where to.</param>
    /// <param name="crawls">Gives the records.</param>
    /// <param name="deliveredOnly">Only what its follower has got.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task CopyAsync(string id, IReadOnlyCollection<IRecordSink> sinks, ICrawlDirectoryGrain crawls, bool deliveredOnly, CancellationToken cancellationToken)
    {
        for (var after = StoredPosition.Start; ;)
        {
            var pages = await crawls.ReadPagesAsync(id, after, deliveredOnly).WaitAsync(cancellationToken);
            if (pages.Records.IsEmpty) return;
            foreach (var sink in sinks) await sink.WriteAsync(pages.Records);
            after = pages.Last;
        }
    }

    /// <summary>Writes records; when it returns they are handed to the operating system.</summary>
    /// <param name="records">The records.</param>
    public async Task WriteAsync(IReadOnlyList<PageRecord> records)
    {
        if (records.Count == 0) return;
        foreach (var sink in _sinks) await sink.WriteAsync(records);
    }

    /// <summary>Writes what comes after the last record.</summary>
    /// <param name="summary">The summary.</param>
    public async Task CompleteAsync(CrawlSummary summary)
    {
        foreach (var sink in _sinks) await sink.CompleteAsync(summary);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var sink in _sinks) await sink.DisposeAsync();
    }

    private JsonLinesSink Add(JsonLinesSink file)
    {
        _files.Add(file);
        _sinks.Add(file);
        return file;
    }
}
