using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrleansAsync.Storage;

/// <summary>A store in a SQLite file, which several processes of one machine may share.</summary>
/// <param name="path">The file; it and its folder are created by the first schema.</param>
internal sealed class SqliteStore(string path) : GroupCommitStore
{
    private readonly string _reading = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 10 }.ConnectionString;
    private SqliteWriter? _writer;

    /// <inheritdoc/>
    public override StoreDialect Dialect => StoreDialect.Sqlite;

    /// <inheritdoc/>
    public override bool Exists => File.Exists(path);

    /// <inheritdoc/>
    public override async Task<List<T>> ReadAsync<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken)
    {
        try
        {
            // SQLite has no asynchronous calls: a grain's thread must not wait for the disk.
            return await Task.Run(() => Read(query, map, cancellationToken), cancellationToken);
        }
        catch (SqliteException e)
        {
            throw Unavailable("read", e);
        }
    }

    /// <inheritdoc/>
    protected override Task MigrateAsync(StoreSchema schema) => Task.Run(() => SqliteSchema.Ensure(path, schema));

    /// <inheritdoc/>
    protected override void Commit(List<StoreWrite> group)
    {
        try
        {
            _writer ??= new(path);
            _writer.Commit(group);
        }
        catch (Exception e)
        {
            // With it goes a transaction that was not committed.
            CloseWriter();
            if (e is SqliteException cause)
                throw Unavailable("write", cause);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void CloseWriter()
    {
        _writer?.Dispose();
        _writer = null;
    }

    /// <inheritdoc/>
    protected override ValueTask CloseAsync()
    {
        using var pooled = new SqliteConnection(_reading);
        SqliteConnection.ClearPool(pooled);
        return ValueTask.CompletedTask;
    }

    private List<T> Read<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(_reading);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query.Sql;
        foreach (var (name, value) in query.Parameters)
            command.Parameters.AddWithValue(name, StoreValue.ToSqlite(value));
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(map(reader));
        }

        return rows;
    }

    private StoreUnavailableException Unavailable(string what, SqliteException cause) =>
        new($"cannot {what} {path}: {cause.Message.ReplaceLineEndings(" ")}; look for space and rights in its folder", cause);
}
