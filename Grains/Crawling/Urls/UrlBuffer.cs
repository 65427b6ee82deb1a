using System.Buffers;

namespace OrleansAsync.Crawling;

/// <summary>A growing run of characters that starts on the caller's stack: only the finished URL is allocated.</summary>
internal ref struct UrlBuffer(Span<char> initial)
{
    private Span<char> _chars = initial;
    private char[]? _rented;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<char> Written => _chars[..Length];

    public void Append(char value)
    {
        if (Length == _chars.Length) Grow(1);
        _chars[Length++] = value;
    }

    public void Append(scoped ReadOnlySpan<char> value)
    {
        value.CopyTo(Reserve(value.Length));
        Length += value.Length;
    }

    public void AppendLower(scoped ReadOnlySpan<char> ascii)
    {
        for (var room = Reserve(ascii.Length); !ascii.IsEmpty; ascii = ascii[1..], room = room[1..], Length++)
            room[0] = char.IsAsciiLetterUpper(ascii[0]) ? (char)(ascii[0] | 0x20) : ascii[0];
    }

    public void AppendNumber(int value)
    {
        value.TryFormat(Reserve(11), out var written, provider: System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    public void AppendHex(int value)
    {
        value.TryFormat(Reserve(8), out var written, "x", System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    public void Truncate(int length) => Length = length;

    public void Dispose()
    {
        if (_rented is not null) ArrayPool<char>.Shared.Return(_rented);
        _rented = null;
    }

    private Span<char> Reserve(int count)
    {
        if (_chars.Length - Length < count) Grow(count);
        return _chars[Length..];
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(Length + count, _chars.Length * 2));
        Written.CopyTo(larger);
        if (_rented is not null) ArrayPool<char>.Shared.Return(_rented);
        _chars = _rented = larger;
    }
}
