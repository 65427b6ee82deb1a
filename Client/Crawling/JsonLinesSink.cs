using System.Buffers;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>JSON Lines. Only whole lines are ever written, whenever the crawl is stopped.</summary>
internal sealed class JsonLinesSink : IRecordSink
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Stream _stream;
    private readonly bool _withSummary;

    private JsonLinesSink(Stream stream, string path, bool withSummary) => (_stream, Path, _withSummary) = (stream, path, withSummary);

    /// <summary>Gets the whole path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets how long it is.</summary>
    public long Length => _stream.CanSeek ? _stream.Length : 0;

    /// <summary>Opens a file, or creates it; what it holds stays.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ProgramException">It cannot be written.</exception>
    public static JsonLinesSink Open(string path)
    {
        try
        {
            return new JsonLinesSink(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0), System.IO.Path.GetFullPath(path), false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw ProgramException.Input($"cannot write to '{path}': {Reason(exception, path)}; give -o a file in a folder you may write to", exception);
        }
    }

    /// <summary>Cuts the file off and goes on from there.</summary>
    /// <param name="length">How long it is to be.</param>
    public void Truncate(long length)
    {
        // A pipe or a device has no length.
        if (!_stream.CanSeek) return;
        _stream.SetLength(length);
        _stream.Position = length;
    }

    /// <summary>Writes to stdout: records, then the summary.</summary>
    public static JsonLinesSink Stdout() => new(Console.OpenStandardOutput(), "stdout", true);

    /// <inheritdoc/>
    public Task WriteAsync(IReadOnlyList<PageRecord> records)
    {
        foreach (var record in records) RecordJson.AppendLine(_buffer, record);
        return FlushAsync();
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CrawlSummary summary)
    {
        if (_withSummary) RecordJson.AppendLine(_buffer, summary);
        return FlushAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task FlushAsync()
    {
        try
        {
            await _stream.WriteAsync(_buffer.WrittenMemory);
            await _stream.FlushAsync();
        }
        catch (IOException exception)
        {
            throw ProgramException.Failure($"cannot write to {Path}: {exception.Message}", exception);
        }

        _buffer.ResetWrittenCount();
    }

    private static string Reason(Exception exception, string path) => exception switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "permission denied",
        _ => exception.Message.TrimEnd('.'),
    };
}
