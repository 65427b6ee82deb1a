using System.Data.Common;

namespace OrleansAsync.Storage;

/// <summary>Durable tables of a cluster, in a SQLite file or a PostgreSQL database. Making one touches neither; first use does.</summary>
internal interface IStore : IAsyncDisposable
{
    /// <summary>Gets the kind of database.</summary>
    StoreDialect Dialect { get; }

    /// <summary>Gets whether there may be anything in it: of a SQLite file that no schema has made yet one knows without opening it.</summary>
    bool Exists { get; }

    /// <summary>Brings the tables of a component to the version this program knows; done once for all processes, and free when repeated.</summary>
    /// <param name="schema">The component's schema.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when the tables are there.</returns>
    /// <exception cref="Hosting.ProgramException">The database cannot be used, or a newer program wrote it.</exception>
    Task EnsureAsync(StoreSchema schema, CancellationToken cancellationToken);

    /// <summary>Applies a unit; units of many callers, applied one after the other, share one commit.</summary>
    /// <param name="unit">The statements.</param>
    /// <param name="cancellationToken">Stops the wait; the unit may be applied nevertheless.</param>
    /// <returns>What became of it, once that is durable.</returns>
    /// <exception cref="StoreUnitException">The unit is wrong; nothing of it was applied. Other units are not concerned.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be used; the unit may have been applied or not, so statements must bear being repeated.</exception>
    Task<StoreResult> WriteAsync(StoreUnit unit, CancellationToken cancellationToken);

    /// <summary>Reads rows; what a finished write applied is seen.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="query">The query.</param>
    /// <param name="map">Makes a value of a row; it runs on any thread.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The values.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be used.</exception>
    Task<List<T>> ReadAsync<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken);
}
