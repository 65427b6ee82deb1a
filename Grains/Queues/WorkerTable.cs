using OrleansAsync.Storage;

namespace OrleansAsync.Queues;

/// <summary>One producer or consumer of a durable queue in the store.</summary>
internal sealed class WorkerTable(IStore store, string kind, string name)
{
    /// <summary>Finds it; null if it was never started.</summary>
    public async Task<WorkerRow?> FindAsync(CancellationToken cancellationToken)
    {
        await store.EnsureAsync(QueueTable.Schema, cancellationToken);
        var rows = await store.ReadAsync(
            new("SELECT specification, source_call, items_put FROM queue_worker WHERE kind = @kind AND name = @name", ("@kind", kind), ("@name", name)),
            reader => new WorkerRow(reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0), reader.GetInt64(1), (int)reader.GetInt64(2)),
            cancellationToken);
        return rows is [var row] ? row : null;
    }

    /// <summary>Notes that it works.</summary>
    public Task SaveAsync(byte[] specification, (long Number, int Offset) position) => WriteAsync(new(
        """
        INSERT INTO queue_worker (kind, name, specification, source_call, items_put) VALUES (@kind, @name, @specification, @call, @put)
        ON CONFLICT (kind, name) DO UPDATE SET specification = excluded.specification, source_call = excluded.source_call, items_put = excluded.items_put
        """,
        ("@kind", kind), ("@name", name), ("@specification", specification), ("@call", position.Number), ("@put", position.Offset)));

    /// <summary>Notes what is next.</summary>
    public Task MoveAsync((long Number, int Offset) next) => WriteAsync(new(
        "UPDATE queue_worker SET source_call = @call, items_put = @put WHERE kind = @kind AND name = @name",
        ("@kind", kind), ("@name", name), ("@call", next.Number), ("@put", next.Offset)));

    /// <summary>Notes that it does not work any more.</summary>
    /// <param name="isFinished">Whether it is through, so that another start begins anew.</param>
    public Task EndAsync(bool isFinished) => WriteAsync(isFinished
        ? new("DELETE FROM queue_worker WHERE kind = @kind AND name = @name", ("@kind", kind), ("@name", name))
        : new("UPDATE queue_worker SET specification = NULL WHERE kind = @kind AND name = @name", ("@kind", kind), ("@name", name)));

    private Task<StoreResult> WriteAsync(StoreStatement statement) => store.WriteAsync(new StoreUnit(statement), CancellationToken.None);
}

/// <summary>A producer or consumer as it is stored.</summary>
/// <param name="Specification">What it does; null if it does not work.</param>
/// <param name="Number">Which call of its source is next.</param>
/// <param name="Offset">How many items of that call are in the queue.</param>
internal sealed record WorkerRow(byte[]? Specification, long Number, int Offset);
