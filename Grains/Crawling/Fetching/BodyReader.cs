using System.Buffers;
using System.Security.Cryptography;

namespace OrleansAsync.Crawling;

/// <summary>
/// Reads one answer's body: decodes, counts, hashes, and keeps it only if it is to be parsed or handed back. After an exception it still tells how far it came.
/// </summary>
internal sealed class BodyReader(FetchRequest request, string? contentType) : IDisposable
{
    private const int ChunkSize = 32 * 1024;
    private const int SniffSize = 512;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = [];
    private bool _keep = request.KeepBody || request.IsSitemap || request.Parse;
    private bool _sniffed;

    // Whatever does not become smaller becomes little larger: of a body with sense in it, the decoded bytes reach their limit first.
    private long MaxEncodedBytes => request.MaxBodyBytes <= long.MaxValue / 2 ? request.MaxBodyBytes + (request.MaxBodyBytes / 8) + (64 * 1024) : long.MaxValue;

    /// <summary>Decoded bytes read.</summary>
    public long Bytes { get; private set; }

    public string? Sha256 { get; private set; }

    public bool IsHtml { get; private set; }

    /// <summary>Valid until disposal.</summary>
    public ReadOnlyMemory<byte> Kept => _keep ? _buffer.AsMemory(0, (int)Bytes) : default;

    public async Task ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var encodings = content.Headers.ContentEncoding.ToArray();
        var announced = encodings.Length == 0 ? content.Headers.ContentLength : null;
        if (announced > request.MaxBodyBytes && !request.KeepBody) throw TooLarge();
        var hint = announced is { } length ? Math.Min(length, request.MaxBodyBytes) + 1 : ChunkSize;
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(hint, SniffSize, ChunkSize * 8));

        var (body, encoded) = await ContentDecoding.DecodeAsync(await content.ReadAsStreamAsync(cancellationToken), encodings, MaxEncodedBytes, cancellationToken);
        await using (body)
        {
            try
            {
                while (await body.ReadAsync(Room(), cancellationToken) is var count and > 0) Take(count);
            }
            catch (Exception exception) when (encoded is { State: not SourceState.Failed } && exception is not (FetchException or OperationCanceledException))
            {
                throw encoded.State == SourceState.Ended
                    ? new FetchException(FetchFailure.Truncated, transient: true)
                    : new FetchException($"body is not valid {string.Join(", ", encodings)}", transient: false);
            }
        }

        Sniff();
        Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _hash.Dispose();
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Memory<byte> Room()
    {
        if (!_keep) return _buffer;
        if (Bytes == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan().CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory((int)Bytes);
    }

    private void Take(int count)
    {
        var within = (int)Math.Min(count, request.MaxBodyBytes - Bytes);
        _hash.AppendData(_buffer, _keep ? (int)Bytes : 0, within);
        Bytes += within;
        if (within < count) throw TooLarge();
        if (Bytes >= SniffSize) Sniff();
    }

    /// <summary>Decides once whether this is HTML, and with it whether the rest is kept.</summary>
    private void Sniff()
    {
        if (_sniffed) return;
        _sniffed = true;
        IsHtml = ContentTypes.IsHtml(contentType, Kept.Span);
        _keep = request.KeepBody || request.IsSitemap || (request.Parse && IsHtml);
    }

    private FetchException TooLarge() => new($"body larger than {Size(request.MaxBodyBytes)}{(request.IsSitemap ? "" : " (see --max-body)")}", transient: false);

    private static string Size(long bytes) =>
        bytes >= 1024 * 1024 && bytes % (1024 * 1024) == 0 ? $"{bytes / (1024 * 1024)} MiB" : $"{bytes} bytes";
}
