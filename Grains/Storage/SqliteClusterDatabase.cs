using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrleansAsync.Storage;

/// <summary>The file <c>cluster.db</c> in a data folder, which the silos of one machine share.</summary>
/// <param name="dataFolder">The data folder.</param>
internal sealed class SqliteClusterDatabase(string dataFolder) : ClusterDatabase
{
    /// <summary>Gets the full path of the file.</summary>
    public string FilePath { get; } = Path.GetFullPath(Path.Combine(dataFolder, "cluster.db"));

    /// <inheritdoc/>
    public override string Invariant => "System.Data.SQLite"; // which Orleans maps to Microsoft.Data.Sqlite

    /// <summary>Gets the connection string: pooled, and waiting up to 10 seconds for another process's write to end.</summary>
    public override string ConnectionString => new SqliteConnectionStringBuilder { DataSource = FilePath, DefaultTimeout = 10 }.ConnectionString;

    /// <inheritdoc/>
    public override Task EnsureAsync()
    {
        SqliteSchema.Ensure(FilePath, Schema);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override DbConnection Connect() => new SqliteConnection(ConnectionString);
}
