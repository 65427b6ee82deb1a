using OrleansAsync.Hosting;

namespace OrleansAsync.Storage;

/// <summary>Makes the store of a cluster.</summary>
internal static class StoreFactory
{
    /// <summary>Makes the store; it opens nothing before it is used.</summary>
    /// <param name="target">The cluster.</param>
    /// <param name="dataFolder">The data folder of an embedded or local cluster.</param>
    /// <returns>The store, to be disposed by the caller.</returns>
    public static IStore Create(ClusterTarget target, string dataFolder) => target.Mode switch
    {
        // Not in cluster.db: a long commit must not hold up a heartbeat.
        ClusterMode.Embedded or ClusterMode.Local => new SqliteStore(Path.GetFullPath(Path.Combine(dataFolder, "store.db"))),
        _ => new PostgreSqlStore(PostgreSqlDatabase.Read(target), TimeProvider.System),
    };
}
