using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace OrleansAsync.Storage;

/// <summary>A store in a PostgreSQL database, which processes of any machine share.</summary>
/// <param name="database">The database.</param>
/// <param name="time">The clock by which an unreachable server is given up.</param>
internal sealed class PostgreSqlStore(PostgreSqlDatabase database, TimeProvider time) : GroupCommitStore
{
    // A server that restarts is back within seconds; nothing was sent yet, so waiting for it is safe.
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(250);

    private readonly Lazy<NpgsqlDataSource> _pool = new(database.CreatePool);
    private PostgreSqlWriter? _writer;

    /// <inheritdoc/>
    public override StoreDialect Dialect => StoreDialect.PostgreSql;

    /// <inheritdoc/>
    public override bool Exists => true;

    /// <inheritdoc/>
    public override async Task<List<T>> ReadAsync<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = _pool.Value.CreateCommand(query.Sql);
            foreach (var (name, value) in query.Parameters)
                command.Parameters.Add(new(name, value ?? DBNull.Value));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(map(reader));
            return rows;
        }
        catch (Exception e) when (PostgreSqlDatabase.IsOfDatabase(e))
        {
            throw Unavailable(e);
        }
    }

    /// <inheritdoc/>
    protected override Task MigrateAsync(StoreSchema schema) => PostgreSqlSchema.EnsureAsync(database, _pool.Value, schema);

    /// <inheritdoc/>
    protected override void Commit(List<StoreWrite> group)
    {
        try
        {
            _writer ??= OpenWriter();
            _writer.Commit(group);
        }
        catch (Exception e)
        {
            // Broken, or in a state that nobody knows.
            CloseWriter();
            if (PostgreSqlDatabase.IsOfDatabase(e))
                throw Unavailable(e);
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
    protected override ValueTask CloseAsync() => _pool.IsValueCreated ? _pool.Value.DisposeAsync() : ValueTask.CompletedTask;

    private PostgreSqlWriter OpenWriter()
    {
        for (var start = time.GetTimestamp(); ;)
        {
            try
            {
                return new(_pool.Value);
            }
            catch (Exception e) when (IsPassing(e) && time.GetElapsedTime(start) < ConnectPatience && !Closing.WaitHandle.WaitOne(ConnectPause))
            {
            }
        }
    }

    private static bool IsPassing(Exception e) =>
        e is NpgsqlException { InnerException: SocketException or TimeoutException or IOException } or PostgresException { IsTransient: true }
            or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown };

    private StoreUnavailableException Unavailable(Exception cause) => new(database.Unusable(cause).Message, cause);
}
