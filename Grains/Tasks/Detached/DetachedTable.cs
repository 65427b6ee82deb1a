using System.Data.Common;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Storage;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <summary>The tasks of one shard in the store, as the activation that took it over last.</summary>
internal sealed class DetachedTable(IStore store, int shard, TimeProvider time)
{
    private static readonly StoreSchema Schema = StoreSchema.Embedded("detached", 1);

    private readonly string _epoch = Guid.NewGuid().ToString("N");

    /// <summary>Gets the shards that have tasks to run; none if there is no store yet.</summary>
    public static async Task<List<int>> FindUnfinishedAsync(IStore store, CancellationToken cancellationToken)
    {
        if (!store.Exists) return [];
        await store.EnsureAsync(Schema, cancellationToken);
        return await store.ReadAsync(
            new("SELECT DISTINCT shard FROM detached_task WHERE ended_at IS NULL"), reader => (int)reader.GetInt64(0), cancellationToken);
    }

    /// <summary>
    /// Makes this activation the one whose writes count, and reads the tasks to run. Those that a former one had running were lost with their silo.
    /// </summary>
    public async Task<List<DetachedRow>> TakeOverAsync(CancellationToken cancellationToken)
    {
        await store.EnsureAsync(Schema, cancellationToken);
        await store.WriteAsync(
            new StoreUnit(
                new StoreStatement(
                    "INSERT INTO detached_shard (shard, epoch) VALUES (@shard, @epoch) ON CONFLICT (shard) DO UPDATE SET epoch = excluded.epoch",
                    ("@shard", shard), ("@epoch", _epoch)),
                new StoreStatement(
                    "UPDATE detached_task SET attempt = attempt + 1, losses = losses + 1, is_running = 0 WHERE shard = @shard AND ended_at IS NULL AND is_running = 1",
                    ("@shard", shard)),
                new StoreStatement(
                    "DELETE FROM detached_task WHERE shard = @shard AND expires_at < @now",
                    ("@shard", shard), ("@now", time.GetUtcNow()))),
            cancellationToken);
        return await store.ReadAsync(
            new("""
                SELECT number, coroutine, is_at_most_once, max_restarts, retention_ms, attempt, losses, is_canceled, cancel_message, name
                FROM detached_task WHERE shard = @shard AND ended_at IS NULL ORDER BY created_at, number
                """,
                ("@shard", shard)),
            reader => new DetachedRow(
                reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetInt64(2) == 1, (int)reader.GetInt64(3),
                TimeSpan.FromMilliseconds(reader.GetInt64(4)), (int)reader.GetInt64(5), (int)reader.GetInt64(6),
                reader.GetInt64(7) == 1 ? reader.GetFieldValue<byte[]>(8) : null, reader.IsDBNull(9) ? null : reader.GetString(9)),
            cancellationToken);
    }

    /// <summary>Notes, before they are started, that all tasks that have not ended may be running from now on.</summary>
    public Task<bool> MarkRunningAsync() => WriteAsync(new StoreStatement(
        "UPDATE detached_task SET is_running = 1 WHERE shard = @shard AND ended_at IS NULL", ("@shard", shard)));

    /// <summary>Adds a task that is about to be started, unless it is there.</summary>
    public Task<StoreResult> AddAsync(DetachedStart start) => WriteUnitAsync(new StoreStatement(
        """
        INSERT INTO detached_task (shard, number, name, coroutine_type, coroutine, is_at_most_once, max_restarts, retention_ms, created_at, is_running)
        VALUES (@shard, @number, @name, @type, @coroutine, @once, @restarts, @retention, @now, 1) ON CONFLICT (shard, number) DO NOTHING
        """,
        ("@shard", shard), ("@number", start.Number), ("@name", start.Name), ("@type", start.Type), ("@coroutine", start.Coroutine),
        ("@once", start.IsAtMostOnce ? 1 : 0), ("@restarts", start.MaxRestarts), ("@retention", (long)Math.Ceiling(start.Retention.TotalMilliseconds)), ("@now", time.GetUtcNow())));

    /// <summary>Notes that a cancel was requested.</summary>
    public Task<bool> CancelAsync(long number, byte[] message) => WriteAsync(new StoreStatement(
        "UPDATE detached_task SET is_canceled = 1, cancel_message = @message WHERE shard = @shard AND number = @number AND ended_at IS NULL",
        ("@shard", shard), ("@number", number), ("@message", message)));

    /// <summary>Keeps how a task ended.</summary>
    public Task<bool> EndAsync(DetachedRun run, OutcomeKind kind, byte[] result)
    {
        var now = time.GetUtcNow();
        return WriteAsync(new StoreStatement(
            """
            UPDATE detached_task SET is_running = 0, attempt = @attempt, ended_at = @now, expires_at = @expires, outcome = @outcome, result = @result, coroutine = NULL
            WHERE shard = @shard AND number = @number AND ended_at IS NULL
            """,
            ("@shard", shard), ("@number", run.Number), ("@attempt", run.Attempt), ("@now", now), ("@expires", now + run.Retention), ("@outcome", kind), ("@result", result)));
    }

    /// <summary>Notes that a task does not run any more and is to be run by whoever takes the shard over.</summary>
    public Task<bool> HandBackAsync(DetachedRun run) => WriteAsync(new StoreStatement(
        "UPDATE detached_task SET is_running = 0, attempt = @attempt, losses = @losses WHERE shard = @shard AND number = @number AND ended_at IS NULL",
        ("@shard", shard), ("@number", run.Number), ("@attempt", run.Attempt), ("@losses", run.Losses)));

    /// <summary>Drops the outcome of a task that has ended. The row stays until it expires, so that a late copy of its creation does not create it anew.</summary>
    public Task<bool> ForgetAsync(long number) => WriteAsync(new StoreStatement(
        "UPDATE detached_task SET is_forgotten = 1, result = NULL WHERE shard = @shard AND number = @number AND ended_at IS NOT NULL",
        ("@shard", shard), ("@number", number)));

    /// <summary>Finds a task whose outcome has not expired.</summary>
    public async Task<DetachedRecord?> FindAsync(long number)
    {
        var found = await store.ReadAsync(
            new("""
                SELECT name, coroutine_type, attempt, created_at, ended_at, expires_at, outcome, result, is_forgotten
                FROM detached_task WHERE shard = @shard AND number = @number AND (expires_at IS NULL OR expires_at >= @now)
                """,
                ("@shard", shard), ("@number", number), ("@now", time.GetUtcNow())),
            reader => Read(reader, new DetachedTaskId(shard, number).ToString()),
            CancellationToken.None);
        return found is [var record] ? record : null;
    }

    private static DetachedRecord Read(DbDataReader reader, string id)
    {
        var hasEnded = !reader.IsDBNull(4);
        var kind = hasEnded ? (OutcomeKind)reader.GetInt64(6) : default;
        var state = !hasEnded ? TaskState.Running : kind == OutcomeKind.Canceled ? TaskState.Canceled : TaskState.Done;
        return new(
            new DetachedTaskInfo(
                id, reader.IsDBNull(0) ? id : reader.GetString(0), reader.GetString(1), state, (int)reader.GetInt64(2), reader.GetFieldValue<DateTimeOffset>(3),
                hasEnded ? reader.GetFieldValue<DateTimeOffset>(4) : null, hasEnded ? reader.GetFieldValue<DateTimeOffset>(5) : null),
            kind, reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7), reader.GetInt64(8) == 1);
    }

    /// <summary>Writes as long as this activation is the one whose writes count; false once it is not.</summary>
    private async Task<bool> WriteAsync(StoreStatement statement) => (await WriteUnitAsync(statement)).Applied;

    private Task<StoreResult> WriteUnitAsync(StoreStatement statement)
    {
        var guard = new StoreStatement("UPDATE detached_shard SET epoch = @epoch WHERE shard = @shard AND epoch = @epoch", ("@shard", shard), ("@epoch", _epoch));
        return store.WriteAsync(new StoreUnit(statement) { Guard = guard }, CancellationToken.None);
    }
}
