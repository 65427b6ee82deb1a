using Microsoft.Data.Sqlite;
using OrleansAsync.Hosting;

namespace OrleansAsync.Storage;

/// <summary>Brings the tables of a component in a SQLite file up to date, once, however many processes start on that file at the same moment.</summary>
internal static class SqliteSchema
{
    /// <summary>Opens the file, creating it and its folder where absent, and brings the schema up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The schema.</param>
    /// <exception cref="ProgramException">The file cannot be written, is not a database, or was written by a newer program.</exception>
    public static void Ensure(string path, StoreSchema schema)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10, Pooling = false }.ConnectionString);
            connection.Open();
            if (schema.IsCurrent(ReadVersion(connection, schema.Component), path))
                return;
            // Readers and one writer side by side; the mode is kept in the file.
            Execute(connection, "PRAGMA journal_mode = WAL");
            // The write lock is taken at once, so of several starting processes one creates and the others find it done.
            using var transaction = connection.BeginTransaction(deferred: false);
            Execute(connection, StoreSchema.VersionTable);
            var found = ReadVersion(connection, schema.Component);
            if (!schema.IsCurrent(found, path))
            {
                foreach (var script in schema.ScriptsFrom(StoreDialect.Sqlite, found))
                    Execute(connection, script);
                Execute(connection, "INSERT OR REPLACE INTO SchemaVersion VALUES ($component, $version)",
                    new("$component", schema.Component), new("$version", schema.Version));
            }

            transaction.Commit();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw ProgramException.Input($"cannot use {path}: {e.Message.ReplaceLineEndings(" ")}; give a writable folder with --data", e);
        }
    }

    private static int ReadVersion(SqliteConnection connection, string component)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_master WHERE name = 'SchemaVersion'";
        if (command.ExecuteScalar() is null)
            return 0;
        command.CommandText = "SELECT Version FROM SchemaVersion WHERE Component = $component";
        command.Parameters.AddWithValue("$component", component);
        return (int)(command.ExecuteScalar() as long? ?? 0);
    }

    private static void Execute(SqliteConnection connection, string sql, params ReadOnlySpan<SqliteParameter> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        command.ExecuteNonQuery();
    }
}
