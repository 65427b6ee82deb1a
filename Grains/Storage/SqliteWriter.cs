using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansAsync.Storage;

/// <summary>The connection by which a process writes a SQLite file: durable commits of many units, prepared statements.</summary>
internal sealed class SqliteWriter : IDisposable
{
    // Far beyond any commit of another process: who holds the lock longer is stopped or broken.
    private const int BusyMilliseconds = 60_000;
    private const int MaxPrepared = 256;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    public SqliteWriter(string path)
    {
        // SQLite itself waits for other writers, from a millisecond up; the library's own wait would take 150 ms a time.
        _connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 }.ConnectionString);
        try
        {
            _connection.Open();
            Execute($"PRAGMA busy_timeout = {BusyMilliseconds}");
            Execute("PRAGMA synchronous = FULL");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Applies units one after the other in one transaction, noting with each what became of it.</summary>
    /// <param name="group">The units.</param>
    /// <exception cref="SqliteException">The file cannot be written; nothing of the group was applied, except when it is the commit that failed.</exception>
    public void Commit(List<StoreWrite> group)
    {
        // The write lock at once: a transaction that starts as a reader cannot wait for it.
        Execute("BEGIN IMMEDIATE");
        foreach (var write in group)
        {
            try
            {
                Apply(write);
            }
            catch (Exception e) when (IsOfUnit(e))
            {
                write.Failed(new StoreUnitException(e.Message.ReplaceLineEndings(" "), e));
            }
        }

        Execute("COMMIT");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        // Closing rolls back what was not committed.
        _connection.Dispose();
    }

    private void Apply(StoreWrite write)
    {
        var (guard, statements) = (write.Unit.Guard, write.Unit.Statements);
        // A statement alone undoes itself when it fails.
        if (guard is null && statements.Length == 1)
        {
            write.Applied([Execute(statements[0])]);
            return;
        }

        Execute("SAVEPOINT unit");
        try
        {
            if (guard is not null && Execute(guard) == 0)
            {
                write.Refused();
            }
            else
            {
                var affected = ImmutableArray.CreateBuilder<int>(statements.Length);
                foreach (var statement in statements)
                    affected.Add(Execute(statement));
                write.Applied(affected.MoveToImmutable());
            }
        }
        catch (Exception e) when (IsOfUnit(e))
        {
            Execute("ROLLBACK TO unit");
            Execute("RELEASE unit");
            throw;
        }

        Execute("RELEASE unit");
    }

    // Other errors of SQLite (full, unreadable, …) concern the file, and some end the transaction: then the whole group is lost.
    private bool IsOfUnit(Exception e) =>
        e is not SqliteException
        {
            SqliteErrorCode: not (raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE),
        }
        && raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    private int Execute(StoreStatement statement)
    {
        var command = Prepared(statement.Sql);
        for (var i = 0; i < statement.Parameters.Length; i++)
        {
            var (name, value) = statement.Parameters[i];
            if (i == command.Parameters.Count)
                command.Parameters.Add(new SqliteParameter());
            (command.Parameters[i].ParameterName, command.Parameters[i].Value) = (name, StoreValue.ToSqlite(value));
        }

        return command.ExecuteNonQuery();
    }

    private void Execute(string sql) => Prepared(sql).ExecuteNonQuery();

    private SqliteCommand Prepared(string sql)
    {
        if (_prepared.TryGetValue(sql, out var command))
            return command;
        if (_prepared.Count == MaxPrepared)
        {
            foreach (var old in _prepared.Values)
                old.Dispose();
            _prepared.Clear();
        }

        command = _connection.CreateCommand();
        command.CommandText = sql;
        _prepared.Add(sql, command);
        return command;
    }
}
