using System.Globalization;

namespace OrleansAsync.Crawling;

/// <summary>A stream to be read asynchronously, up to a limit, whose first byte is known, or known to be missing.</summary>
internal sealed class PeekedStream : Stream
{
    private readonly Stream _inner;
    private readonly long _limit;
    private bool _pending;
    private long _count;

    private PeekedStream(Stream inner, int first, long limit)
    {
        _inner = inner;
        _limit = limit;
        First = first;
        _pending = first >= 0;
    }

    /// <summary>-1 if the stream is empty.</summary>
    public int First { get; }

    /// <summary>Tells whose fault an exception of a decoder above is.</summary>
    public SourceState State { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static async ValueTask<PeekedStream> OpenAsync(Stream inner, long limit, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        return new PeekedStream(inner, await inner.ReadAsync(one, cancellationToken) == 0 ? -1 : one[0], limit);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is read asynchronously.");

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        if (_pending)
        {
            _pending = false;
            buffer.Span[0] = (byte)First;
            return 1;
        }

        var state = State;
        State = SourceState.Failed;
        var count = await _inner.ReadAsync(buffer, cancellationToken);
        _count += count;
        if (_count > _limit) throw new FetchException(string.Create(CultureInfo.InvariantCulture, $"encoded body larger than {_limit} bytes (see --max-body)"), transient: false);
        State = count == 0 ? SourceState.Ended : state;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>How far the source of a <see cref="PeekedStream"/> has been read.</summary>
internal enum SourceState
{
    Open,
    Ended,
    Failed,
}
