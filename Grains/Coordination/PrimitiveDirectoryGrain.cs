using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>Looks into the store, or into what a cluster within one process has instead.</summary>
[GrainType(CoordinationAliases.PrimitiveDirectory), StatelessWorker]
internal sealed class PrimitiveDirectoryGrain(IServiceProvider services) : Grain, IPrimitiveDirectoryGrain
{
    public async Task<ImmutableArray<string>> ListAsync(string kind, string after, int max)
    {
        if (services.GetService<IStore>() is { } store) return [.. (await PrimitiveTable.ListAsync(store, kind, after, max, CancellationToken.None)).Select(row => PrimitiveKey.ParseName(row.Key))];
        var all = services.GetService<InProcessPrimitives>()?.List(kind).Where(row => PrimitiveKey.IsNamed(row.Key)).Select(row => PrimitiveKey.ParseName(row.Key)) ?? [];
        return [.. all.Where(name => string.CompareOrdinal(name, after) > 0).Take(max)];
    }
}
