using System.Collections.Immutable;
using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>One primitive in the store.</summary>
internal sealed class PrimitiveTable(IStore store, string key, TimeProvider time)
{
    private static readonly StoreSchema Schema = StoreSchema.Embedded("coordination", 1);

    /// <summary>Gets the names there are of some kinds, in order.</summary>
    public static async Task<List<(string Key, DateTimeOffset Created)>> ListAsync(IStore store, string kind, string after, int max, CancellationToken cancellationToken)
    {
        if (!store.Exists) return [];
        await store.EnsureAsync(Schema, cancellationToken);
        return await store.ReadAsync(
            new("SELECT key, created_at FROM primitive WHERE kind = @kind AND name > @after AND settings IS NOT NULL ORDER BY name LIMIT @max", ("@kind", kind), ("@after", after), ("@max", max)),
            reader => (reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)),
            cancellationToken);
    }

    public async Task<PrimitiveRow?> FindAsync(CancellationToken cancellationToken)
    {
        await store.EnsureAsync(Schema, cancellationToken);
        var rows = await store.ReadAsync(
            new("SELECT epoch, settings, state, sessions FROM primitive WHERE key = @key", ("@key", key)),
            reader => new PrimitiveRow(
                reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<byte[]>(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2),
                reader.IsDBNull(3) ? null : [.. reader.GetString(3).Split('\n', StringSplitOptions.RemoveEmptyEntries)]),
            cancellationToken);
        return rows is [var row] ? row : null;
    }

    /// <summary>Stores a primitive that there was none of, or a deleted one; false if somebody was faster.</summary>
    public async Task<bool> CreateAsync(PrimitiveRow? deleted, byte[] settings, CancellationToken cancellationToken)
    {
        if (deleted is not null) return await TakeOverAsync(deleted, settings, cancellationToken);
        var created = await store.WriteAsync(
            new StoreUnit(new StoreStatement(
                "INSERT INTO primitive (key, kind, name, epoch, created_at, settings) VALUES (@key, @kind, @name, 1, @now, @settings) ON CONFLICT (key) DO NOTHING",
                ("@key", key), ("@kind", PrimitiveKey.ParseKind(key)), ("@name", PrimitiveKey.ParseName(key)), ("@now", time.GetUtcNow()), ("@settings", settings))),
            cancellationToken);
        return created.Affected is [1];
    }

    /// <summary>Makes the next epoch the one whose writes count; false if somebody was faster.</summary>
    public async Task<bool> TakeOverAsync(PrimitiveRow row, byte[] settings, CancellationToken cancellationToken)
    {
        var taken = await store.WriteAsync(
            new StoreUnit(new StoreStatement(
                "UPDATE primitive SET epoch = @next, settings = @settings, sessions = NULL WHERE key = @key AND epoch = @epoch",
                ("@key", key), ("@epoch", row.Epoch), ("@next", row.Epoch + 1), ("@settings", settings))),
            cancellationToken);
        return taken.Affected is [1];
    }

    /// <summary>Reads what a former activation had stored of each session: the last request applied, and its serialized answers.</summary>
    public async Task<List<(string Session, long Applied, byte[] Answers)>> ReadSessionsAsync(CancellationToken cancellationToken)
    {
        return await store.ReadAsync(
            new("SELECT session, applied, answers FROM primitive_session WHERE key = @key", ("@key", key)),
            reader => (reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)),
            cancellationToken);
    }

    public StoreStatement SaveState(byte[] state) => new("UPDATE primitive SET state = @state WHERE key = @key", ("@key", key), ("@state", state));

    public StoreStatement SaveSession(string session, long applied, byte[] answers) => new(
        """
        INSERT INTO primitive_session (key, session, applied, answers) VALUES (@key, @session, @applied, @answers)
        ON CONFLICT (key, session) DO UPDATE SET applied = excluded.applied, answers = excluded.answers
        """,
        ("@key", key), ("@session", session), ("@applied", applied), ("@answers", answers));

    public StoreStatement ForgetSession(string session) => new("DELETE FROM primitive_session WHERE key = @key AND session = @session", ("@key", key), ("@session", session));

    /// <summary>Writes as long as the epoch is the one whose writes count; false once it is not.</summary>
    public async Task<bool> WriteAsync(long epoch, ImmutableArray<StoreStatement> statements, CancellationToken cancellationToken) =>
        (await store.WriteAsync(
            new StoreUnit(statements) { Guard = new StoreStatement("UPDATE primitive SET epoch = @epoch WHERE key = @key AND epoch = @epoch", ("@key", key), ("@epoch", epoch)) },
            cancellationToken)).Applied;

    /// <summary>Notes that an activation leaves, and who still has the primitive: the next one need not wait for anybody else.</summary>
    public Task<bool> LeaveAsync(long epoch, IEnumerable<string> sessions, CancellationToken cancellationToken) => WriteAsync(
        epoch,
        [new StoreStatement("UPDATE primitive SET sessions = @sessions WHERE key = @key", ("@key", key), ("@sessions", string.Join('\n', sessions)))],
        cancellationToken);

    /// <summary>Deletes the primitive. One with a name keeps its epoch.</summary>
    public Task<bool> DeleteAsync(long epoch, CancellationToken cancellationToken) => WriteAsync(
        epoch,
        [
            PrimitiveKey.IsNamed(key)
                ? new StoreStatement("UPDATE primitive SET settings = NULL, state = NULL, sessions = NULL WHERE key = @key", ("@key", key))
                : new StoreStatement("DELETE FROM primitive WHERE key = @key", ("@key", key)),
            new StoreStatement("DELETE FROM primitive_session WHERE key = @key", ("@key", key)),
        ],
        cancellationToken);
}
