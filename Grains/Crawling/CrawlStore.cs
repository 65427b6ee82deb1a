using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>Where the crawls of a cluster are kept.</summary>
/// <param name="store">The store; <see langword="null"/> if the silo has none.</param>
/// <param name="cluster">Names the cluster among those that share the store.</param>
internal sealed class CrawlStore(IStore? store, string cluster)
{
    public string Cluster => cluster;

    /// <summary>Gets the store.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public IStore Get() => store ?? throw new InvalidOperationException(
        "A crawl needs a store, and this cluster has none: give its silos UseSqliteStore or UsePostgreSqlStore.");
}
