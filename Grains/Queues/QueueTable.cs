using OrleansAsync.Storage;

namespace OrleansAsync.Queues;

/// <summary>The items of one durable queue in the store.</summary>
internal sealed class QueueTable(IStore store, string key)
{
    internal static readonly StoreSchema Schema = StoreSchema.Embedded("queue", 1);

    /// <summary>Reads all items: those in the queue and those that are taken and not done.</summary>
    public async Task<List<(long Number, byte[] Value)>> ReadAsync(CancellationToken cancellationToken)
    {
        await store.EnsureAsync(Schema, cancellationToken);
        return await store.ReadAsync(
            new("SELECT number, value FROM queue_item WHERE key = @key ORDER BY number", ("@key", key)),
            reader => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)),
            cancellationToken);
    }

    public StoreStatement Add(long number, byte[] value) =>
        new("INSERT INTO queue_item (key, number, value) VALUES (@key, @number, @value)", ("@key", key), ("@number", number), ("@value", value));

    public StoreStatement Delete(long number) => new("DELETE FROM queue_item WHERE key = @key AND number = @number", ("@key", key), ("@number", number));

    public StoreStatement DeleteAll() => new("DELETE FROM queue_item WHERE key = @key", ("@key", key));
}
