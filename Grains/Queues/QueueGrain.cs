using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Serialization;
using OrleansAsync.Coordination;
using OrleansAsync.Storage;

namespace OrleansAsync.Queues;

/// <summary>A queue. Of a durable one, each item is in the store before its putter is answered, and leaves it before whoever is done with it is.</summary>
[GrainType(QueueAliases.QueueGrain), Reentrant, KeepAlive, Immovable]
internal sealed class QueueGrain(
    IServiceProvider services, TimeProvider time, Serializer serializer, IOptions<CoordinationOptions> options, ILogger<QueueGrain> logger)
    : PrimitiveGrain(services, time, serializer, options, logger), IQueueGrain
{
    private QueueTable? _table;

    protected override string? FindObstacle(PrimitiveSettings settings) => settings is QueueSettings { IsDurable: true } && Store is null
        ? "A durable queue needs a store, and this cluster has none: use silo processes (--cluster local or @FILE), or give silos of your own UseSqliteStore or UsePostgreSqlStore."
        : null;

    protected override async Task LoadAsync(PrimitiveCore core)
    {
        var queue = (QueueCore)core;
        if (!queue.IsDurable) return;
        _table = new QueueTable(Store!, this.GetPrimaryKeyString());
        foreach (var (number, value) in await _table.ReadAsync(CancellationToken.None)) queue.Load(number, value);
    }

    protected override IEnumerable<StoreStatement> TakeWrites(PrimitiveCore core)
    {
        if (_table is not { } table) return [];
        List<StoreStatement> writes = [];
        foreach (var item in ((QueueCore)core).TakeChanges())
        {
            // One that came and went since has left no trace.
            if (item.IsGone == !item.IsStored) continue;
            writes.Add(item.IsGone ? table.Delete(item.Number) : table.Add(item.Number, (byte[])item.Value));
            item.IsStored = !item.IsGone;
        }
        return writes;
    }

    protected override IEnumerable<StoreStatement> Delete() => _table is { } table ? [table.DeleteAll()] : [];
}
