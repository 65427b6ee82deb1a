using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>What a URL is known by: 128 bits of its SHA-256, which nobody can make two URLs of a site share.</summary>
/// <param name="Value">The bits.</param>
internal readonly record struct UrlHash(UInt128 Value)
{
    private const int Size = 16;

    /// <summary>Gives the hash of a canonical URL.</summary>
    public static UrlHash Of(string href)
    {
        var length = Encoding.UTF8.GetMaxByteCount(href.Length);
        byte[]? rented = null;
        var text = length <= 1024 ? stackalloc byte[1024] : rented = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(href, text)], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    public static UrlHash From(byte[] bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Gives it as it is stored.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }
}
