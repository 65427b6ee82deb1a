using System.Buffers;

namespace OrleansAsync.Execution;

/// <summary>Gathers many serialized values in one array; one that fails half-way is taken back by setting <see cref="Length"/>.</summary>
internal sealed class PayloadWriter : IBufferWriter<byte>
{
    private byte[] _buffer = [];

    public int Length { get; set; }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Returns what was written and starts anew.</summary>
    public byte[] Take()
    {
        var taken = _buffer.AsSpan(0, Length).ToArray();
        Length = 0;
        return taken;
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 64);
        if (needed > _buffer.Length) Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
    }
}
