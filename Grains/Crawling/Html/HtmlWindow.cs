using System.Buffers;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>A stretch of a page's characters that slides over its bytes, so that a page is never held decoded as a whole.</summary>
/// <remarks>It grows only where one comment, tag or script does not fit.</remarks>
internal sealed class HtmlWindow : IDisposable
{
    /// <summary>Characters held at first; most pages fit.</summary>
    public const int InitialSize = 32 * 1024;

    private readonly Decoder _decoder;
    private ReadOnlyMemory<byte> _unread;

    /// <summary>Opens the window on the first characters.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="encoding">Their encoding.</param>
    public HtmlWindow(ReadOnlyMemory<byte> body, Encoding encoding)
    {
        _decoder = encoding.GetDecoder();
        _unread = body;
        Buffer = ArrayPool<char>.Shared.Rent(InitialSize);
        Fill();
    }

    /// <summary>The characters, and room behind them.</summary>
    public char[] Buffer { get; private set; }

    /// <summary>How many characters there are.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the page ends in this window.</summary>
    public bool IsLast { get; private set; }

    /// <summary>Slides on.</summary>
    /// <param name="done">The characters that are not needed any more; with none the window grows.</param>
    public void Advance(int done)
    {
        var rest = Buffer.AsSpan(done, Length - done);
        if (done == 0)
        {
            var larger = ArrayPool<char>.Shared.Rent(Buffer.Length * 2);
            rest.CopyTo(larger);
            ArrayPool<char>.Shared.Return(Buffer);
            Buffer = larger;
        }
        else
        {
            rest.CopyTo(Buffer);
        }
        Length = rest.Length;
        Fill();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(Buffer);
        Buffer = [];
    }

    private void Fill()
    {
        _decoder.Convert(_unread.Span, Buffer.AsSpan(Length), flush: true, out var bytes, out var chars, out var completed);
        _unread = _unread[bytes..];
        Length += chars;
        // The whole of it: what repeats may have begun before.
        RepeatedMarkup.Defuse(Buffer.AsSpan(0, Length));
        IsLast = completed;
    }
}
