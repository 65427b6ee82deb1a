using System.Collections.Immutable;
using Npgsql;

namespace OrleansAsync.Storage;

/// <summary>The connection by which a process writes a PostgreSQL database: a group of units is one message to the server and one durable commit.</summary>
/// <remarks>
/// A group is sent as one transaction. If anything in it fails, or a guard does not hold, that is undone, and the group is sent again with a transaction for
/// each unit, still as one message: then a unit fails alone. Those transactions do not wait for the disk; the last one does, and as the server's log is
/// written in order, it makes all before it durable.
/// </remarks>
internal sealed class PostgreSqlWriter : IDisposable
{
    /// <summary>The error code by which a guard that affected no row fails its unit.</summary>
    public const string GuardRefused = "OA001";

    // Transactions of other processes may take the same rows in another order.
    private const int MaxAttempts = 10;

    private readonly NpgsqlConnection _connection;
    private readonly string _durable;

    /// <summary>Opens a connection.</summary>
    /// <param name="pool">Where from.</param>
    public PostgreSqlWriter(NpgsqlDataSource pool)
    {
        _connection = pool.OpenConnection();
        try
        {
            using var command = new NpgsqlCommand("SHOW synchronous_commit", _connection);
            _durable = (string)command.ExecuteScalar()!;
            command.CommandText = "SET synchronous_commit = off";
            command.ExecuteNonQuery();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Applies units one after the other and makes them durable, noting with each what became of it.</summary>
    /// <param name="group">The units.</param>
    /// <exception cref="NpgsqlException">The connection broke; which units were applied is not known.</exception>
    public void Commit(List<StoreWrite> group)
    {
        if (TrySendTogether(group)) return;
        for (var attempt = 1; group.Count > 0; attempt++)
            group = SendOneByOne(group, isLast: attempt == MaxAttempts);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private bool TrySendTogether(List<StoreWrite> group)
    {
        using var batch = CreateBatch(group, isEachAlone: false);
        try
        {
            batch.ExecuteNonQuery();
        }
        catch (PostgresException e) when (!IsOfServer(e))
        {
            return false;
        }

        Note(batch, group, []);
        return true;
    }

    /// <summary>Gives the units that are to be sent again.</summary>
    private List<StoreWrite> SendOneByOne(List<StoreWrite> group, bool isLast)
    {
        using var batch = CreateBatch(group, isEachAlone: true);
        var failed = new Dictionary<NpgsqlBatchCommand, PostgresException>();
        try
        {
            batch.ExecuteNonQuery();
        }
        catch (NpgsqlException e) when (Errors(e) is { } errors && errors.All(error => error.BatchCommand is not null && !IsOfServer(error)))
        {
            failed = errors.ToDictionary(error => error.BatchCommand!);
        }

        return Note(batch, group, failed, isLast);
    }

    private static List<StoreWrite> Note(NpgsqlBatch batch, List<StoreWrite> group, Dictionary<NpgsqlBatchCommand, PostgresException> failed, bool isLast = true)
    {
        var (again, next) = (new List<StoreWrite>(), 0);
        foreach (var write in group)
        {
            var affected = ImmutableArray.CreateBuilder<int>(write.Unit.Statements.Length);
            PostgresException? error = null;
            for (var i = write.Unit.Guard is null ? 0 : -1; i < write.Unit.Statements.Length; i++)
            {
                var command = batch.BatchCommands[next++];
                error ??= failed.GetValueOrDefault(command);
                if (i >= 0) affected.Add(command.RecordsAffected);
            }

            if (error is null)
                write.Applied(affected.MoveToImmutable());
            else if (error.SqlState == GuardRefused)
                write.Refused();
            else if (!isLast && error.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
                again.Add(write);
            else
                write.Failed(new StoreUnitException(error.MessageText, error));
        }

        return again;
    }

    private NpgsqlBatch CreateBatch(List<StoreWrite> group, bool isEachAlone)
    {
        var batch = new NpgsqlBatch(_connection);
        foreach (var write in group)
        {
            if (write.Unit.Guard is { } guard)
                batch.BatchCommands.Add(Command($"WITH guard AS ({guard.Sql} RETURNING 1) SELECT orleansasync_guard(count(*)) FROM guard", guard));
            foreach (var statement in write.Unit.Statements)
                batch.BatchCommands.Add(Command(statement.Sql, statement));
            // Up to a barrier the commands are one transaction, and an error skips what is left of it.
            if (isEachAlone && (write.Unit.Guard ?? write.Unit.Statements.FirstOrDefault()) is not null)
                batch.BatchCommands[^1].AppendErrorBarrier = true;
        }

        // Writes to the log, so that its transaction has something to wait for.
        batch.BatchCommands.Add(new("SELECT set_config('synchronous_commit', @durable, true), pg_logical_emit_message(true, 'orleansasync', '')")
        {
            Parameters = { new("durable", _durable) },
        });
        return batch;
    }

    private static NpgsqlBatchCommand Command(string sql, StoreStatement statement)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var (name, value) in statement.Parameters)
            command.Parameters.Add(new(name, value ?? DBNull.Value));
        return command;
    }

    private static IEnumerable<PostgresException>? Errors(NpgsqlException e) => e switch
    {
        PostgresException one => [one],
        { InnerException: AggregateException many } when many.InnerExceptions.All(inner => inner is PostgresException) => many.InnerExceptions.Cast<PostgresException>(),
        _ => null,
    };

    // Resources, an operator, the system, the server itself, a standby: another unit would fare no better.
    private static bool IsOfServer(PostgresException e) =>
        e.SqlState[..2] is "53" or "57" or "58" or "XX" || e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction;
}
