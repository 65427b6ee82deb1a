using System.Globalization;
using System.Text;

namespace OrleansAsync.Storage;

/// <summary>What a parameter's value becomes, so that both dialects store the same and a test on one speaks for the other.</summary>
internal static class StoreValue
{
    // Fixed width and UTC, so that the order of the texts is that of the times; microseconds, as PostgreSQL keeps no more.
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Makes a value one of the few types that are stored: string, bool, long, double, byte array, time in UTC with microseconds, or null.</summary>
    /// <param name="name">The parameter's name, for the error message.</param>
    /// <param name="value">The value.</param>
    /// <returns>The value to store.</returns>
    /// <exception cref="ArgumentException">Not both dialects can store the value and give it back as it was.</exception>
    public static object? Normalize(string name, object? value) => value switch
    {
        null or bool or long or double or byte[] => value,
        string text => IsStorable(text) ? text : throw new ArgumentException($"{name} has a U+0000 or half a surrogate pair, which PostgreSQL cannot store", nameof(value)),
        int or short or byte or sbyte or ushort or uint or Enum => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        DateTimeOffset time => new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        _ => throw new ArgumentException($"{name} is a {value.GetType()}, which the store does not take", nameof(value)),
    };

    /// <summary>Makes a value what a SQLite column holds: times are text there, readable and in order.</summary>
    /// <param name="value">A normalized value.</param>
    /// <returns>The value to bind.</returns>
    public static object ToSqlite(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset time => time.ToString(TimeFormat, CultureInfo.InvariantCulture),
        _ => value,
    };

    private static bool IsStorable(string text)
    {
        if (text.Contains('\0')) return false;
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\ud800', '\udfff') is >= 0 and var at)
        {
            rest = rest[at..];
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done) return false;
            rest = rest[consumed..];
        }

        return true;
    }
}
