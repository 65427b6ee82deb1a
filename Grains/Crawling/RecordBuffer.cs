using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Numbered records between the origins that make them and the follower that writes them, bounded by their approximate size.</summary>
internal sealed class RecordBuffer(long capacity)
{
    // A batch must be a fraction of what one message may hold.
    private const long BatchSize = 4 * 1024 * 1024;

    private readonly Queue<(PageRecord Record, long Size)> records = new();
    private long size;
    private long firstSequence = 1;

    public long LastSequence => firstSequence + records.Count - 1;

    public bool IsEmpty => records.Count == 0;

    /// <summary>Whether another report may be taken; one is always taken whole, so the bound is exceeded by one report at most.</summary>
    public bool HasRoom => size < capacity;

    public void Add(PageRecord record)
    {
        var recordSize = SizeOf(record);
        records.Enqueue((record, recordSize));
        size += recordSize;
    }

    /// <summary>Forgets the records up to a number.</summary>
    public void Acknowledge(long sequence)
    {
        while (firstSequence <= sequence && records.TryDequeue(out var oldest))
        {
            firstSequence++;
            size -= oldest.Size;
        }
    }

    /// <summary>The oldest records, as many as go into one message, and the number of the last.</summary>
    public (ImmutableArray<PageRecord> Records, long LastSequence) Peek()
    {
        var batch = ImmutableArray.CreateBuilder<PageRecord>();
        long taken = 0;
        foreach (var (record, recordSize) in records)
        {
            if (taken >= BatchSize) break;
            batch.Add(record);
            taken += recordSize;
        }

        return (batch.ToImmutable(), firstSequence + batch.Count - 1);
    }

    private static long SizeOf(PageRecord record)
    {
        long size = 512 + record.Url.Length;
        foreach (var link in record.Links) size += link.Length + 8;
        return size;
    }
}
