using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Numbered records on their way to the follower that writes them, bounded by their approximate size. The store has them all.</summary>
internal sealed class RecordBuffer(long capacity)
{
    // A batch must be a fraction of what one message may hold.
    private const long BatchSize = 4 * 1024 * 1024;

    private readonly Queue<(PageRecord Record, string Origin, long Number, long Size)> _records = new();
    private long _size;
    private long _firstSequence = 1;

    public bool IsEmpty => _records.Count == 0;

    /// <summary>Whether another report may be taken; one is always taken whole, so the bound is exceeded by one report at most.</summary>
    public bool HasRoom => _size < capacity;

    /// <summary>Adds a page of an origin.</summary>
    public void Add(PageRecord record, string origin, long number)
    {
        var recordSize = SizeOf(record);
        _records.Enqueue((record, origin, number, recordSize));
        _size += recordSize;
    }

    /// <summary>Forgets the records up to a number.</summary>
    /// <returns>The last page of each origin among them.</returns>
    public IReadOnlyDictionary<string, long> Acknowledge(long sequence)
    {
        Dictionary<string, long> pages = new(StringComparer.Ordinal);
        while (_firstSequence <= sequence && _records.TryDequeue(out var oldest))
        {
            _firstSequence++;
            _size -= oldest.Size;
            pages[oldest.Origin] = oldest.Number;
        }

        return pages;
    }

    /// <summary>The oldest records, as many as go into one message, and the number of the last.</summary>
    public (ImmutableArray<PageRecord> Records, long LastSequence) Peek()
    {
        var batch = ImmutableArray.CreateBuilder<PageRecord>();
        long taken = 0;
        foreach (var (record, _, _, recordSize) in _records)
        {
            if (taken >= BatchSize) break;
            batch.Add(record);
            taken += recordSize;
        }

        return (batch.ToImmutable(), _firstSequence + batch.Count - 1);
    }

    /// <summary>How many of some records, from the first on, go into one message, and their size.</summary>
    public static (int Count, long Size) TakeBatch(IEnumerable<PageRecord> records)
    {
        var (count, taken) = (0, 0L);
        foreach (var record in records)
        {
            if (taken >= BatchSize) break;
            taken += SizeOf(record);
            count++;
        }

        return (count, taken);
    }

    /// <summary>How much a record takes, roughly: of what can be long.</summary>
    public static long SizeOf(PageRecord record)
    {
        long size = 512 + record.Url.Length;
        foreach (var url in record.Redirects) size += url.Length + 8;
        foreach (var link in record.Links) size += link.Length + 8;
        return size;
    }
}
