using Microsoft.Data.Sqlite;
using OrleansAsync.Hosting;

namespace OrleansAsync.Storage;

/// <summary>
/// Creates the tables of a component in a SQLite file, once, however many processes start on that file at the same moment.
/// </summary>
/// <param name="component">Name of the component that owns the tables; the file keeps one schema version for each.</param>
/// <param name="version">Version of the schema that this program knows.</param>
/// <param name="script">Reads the SQL that brings an empty file or an older version to this one; it must bear being run again.</param>
internal sealed class SqliteSchema(string component, int version, Func<string> script)
{
    private const string VersionTable = "CREATE TABLE IF NOT EXISTS SchemaVersion (Component TEXT NOT NULL PRIMARY KEY, Version INTEGER NOT NULL) WITHOUT ROWID";

    /// <summary>Opens the file, creating it and its folder where absent, and brings the schema up to date.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ProgramException">The file cannot be written, is not a database, or was written by a newer program.</exception>
    public void Ensure(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var connection = new SqliteConnection(ConnectionString(path));
            connection.Open();
            if (ReadVersion(connection, path) == version)
                return;
            // Readers and one writer side by side; the mode is kept in the file.
            Execute(connection, "PRAGMA journal_mode = WAL");
            // The write lock is taken at once, so of several starting processes one creates and the others find it done.
            using var transaction = connection.BeginTransaction(deferred: false);
            Execute(connection, VersionTable);
            if (ReadVersion(connection, path) < version)
            {
                Execute(connection, script());
                Execute(connection, "INSERT OR REPLACE INTO SchemaVersion VALUES ($component, $version)",
                    new("$component", component), new("$version", version));
            }

            transaction.Commit();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw ProgramException.Input($"cannot use {path}: {e.Message.ReplaceLineEndings(" ")}; give a writable folder with --data", e);
        }
    }

    /// <summary>Gives the connection string for a file: pooled, and waiting up to 10 seconds for another process's write to end.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The connection string.</returns>
    public static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10 }.ConnectionString;

    private int ReadVersion(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_master WHERE name = 'SchemaVersion'";
        if (command.ExecuteScalar() is null)
            return 0;
        command.CommandText = "SELECT Version FROM SchemaVersion WHERE Component = $component";
        command.Parameters.AddWithValue("$component", component);
        var found = (int)(command.ExecuteScalar() as long? ?? 0);
        return found <= version
            ? found
            : throw ProgramException.Input(
                $"{path} has {component} schema {found}, newer than {version}, the newest this program knows; use the newer program or another --data folder");
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
