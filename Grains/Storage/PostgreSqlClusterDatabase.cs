using System.Data.Common;
using Npgsql;

namespace OrleansAsync.Storage;

/// <summary>The PostgreSQL database which silos of any machine share.</summary>
/// <param name="database">The database.</param>
internal sealed class PostgreSqlClusterDatabase(PostgreSqlDatabase database) : ClusterDatabase
{
    /// <inheritdoc/>
    public override string Invariant => "Npgsql";

    /// <inheritdoc/>
    public override string ConnectionString => database.ConnectionString;

    /// <summary>Gets what the user calls the database.</summary>
    public string Name => database.Name;

    /// <inheritdoc/>
    public override async Task EnsureAsync()
    {
        await using var pool = database.CreatePool();
        await PostgreSqlSchema.EnsureAsync(database, pool, Schema);
    }

    /// <inheritdoc/>
    protected override DbConnection Connect() => new NpgsqlConnection(ConnectionString);
}
