using System.Globalization;
using System.Security.Cryptography;
using OrleansAsync.Execution;

namespace OrleansAsync.Tasks.Detached;

/// <summary>
/// The id of a detached task: <c>d1f.</c> and a number. The shard that keeps the task is part of it; the number is drawn by whoever creates the
/// task, so that a repeated message creates no second one.
/// </summary>
internal readonly record struct DetachedTaskId(int Shard, long Number)
{
    /// <summary>How many grains share the detached tasks of a cluster. Never change it: ids name their shard.</summary>
    public const int Shards = 32;

    // A number that survives any JSON reader.
    private const long NumberLimit = 1L << 53;

    /// <summary>The owner of the tasks of a shard.</summary>
    public static string OwnerOf(int shard) => string.Create(CultureInfo.InvariantCulture, $"d{shard:x2}");

    public static DetachedTaskId New()
    {
        var random = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & (NumberLimit - 1);
        return new(RandomNumberGenerator.GetInt32(Shards), Math.Max(random, 1));
    }

    public static DetachedTaskId? TryParse(string id) =>
        id is ['d', _, _, '.', ..]
        && int.TryParse(id.AsSpan(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var shard) && shard < Shards
        && long.TryParse(id.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < NumberLimit
            ? new DetachedTaskId(shard, number) is var parsed && parsed.ToString() == id ? parsed : null
            : null;

    public override string ToString() => OwnerIds.Task(OwnerOf(Shard), Number);
}
