using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>One primitive in the store.</summary>
internal sealed class PrimitiveTable(IStore store, string key, TimeProvider time) : IPrimitiveTable
{
    private static readonly StoreSchema Schema = StoreSchema.Embedded("coordination", 1);

    /// <summary>Gets those with a name of a kind, in the order of their names.</summary>
    public static async Task<List<(string Key, DateTimeOffset Created)>> ListAsync(IStore store, string kind, string after, int max, CancellationToken cancellationToken)
    {
        if (!store.Exists) return [];
        await store.EnsureAsync(Schema, cancellationToken);
        return await store.ReadAsync(
            new("SELECT key, created_at FROM primitive WHERE kind = @kind AND name > @after AND name NOT LIKE '~%' AND settings IS NOT NULL ORDER BY name LIMIT @max", ("@kind", kind), ("@after", after), ("@max", max)),
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

    public Task<bool> TakeOverAsync(PrimitiveRow row, CancellationToken cancellationToken) => TakeOverAsync(row, row.Settings!, cancellationToken);

    private async Task<bool> TakeOverAsync(PrimitiveRow row, byte[] settings, CancellationToken cancellationToken)
    {
        var taken = await store.WriteAsync(
            new StoreUnit(new StoreStatement(
                "UPDATE primitive SET epoch = @next, settings = @settings, sessions = NULL WHERE key = @key AND epoch = @epoch",
                ("@key", key), ("@epoch", row.Epoch), ("@next", row.Epoch + 1), ("@settings", settings))),
            cancellationToken);
        return taken.Affected is [1];
    }

    public Task<List<SessionRow>> ReadSessionsAsync(CancellationToken cancellationToken) => store.ReadAsync(
        new("SELECT session, applied, answers FROM primitive_session WHERE key = @key", ("@key", key)),
        reader => new SessionRow(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)),
        cancellationToken);

    public Task<bool> WriteAsync(long epoch, PrimitiveChanges changes, CancellationToken cancellationToken)
    {
        List<StoreStatement> statements = [.. changes.Others];
        if (changes.State is { } state) statements.Add(new StoreStatement("UPDATE primitive SET state = @state WHERE key = @key", ("@key", key), ("@state", state)));
        foreach (var (session, applied, answers) in changes.Sessions)
        {
            statements.Add(new StoreStatement(
                """
                INSERT INTO primitive_session (key, session, applied, answers) VALUES (@key, @session, @applied, @answers)
                ON CONFLICT (key, session) DO UPDATE SET applied = excluded.applied, answers = excluded.answers
                """,
                ("@key", key), ("@session", session), ("@applied", applied), ("@answers", answers)));
        }
        foreach (var session in changes.Forgotten)
            statements.Add(new StoreStatement("DELETE FROM primitive_session WHERE key = @key AND session = @session", ("@key", key), ("@session", session)));
        return WriteAsync(epoch, statements, cancellationToken);
    }

    public Task<bool> LeaveAsync(long epoch, IEnumerable<string> sessions, CancellationToken cancellationToken) => WriteAsync(
        epoch, [new StoreStatement("UPDATE primitive SET sessions = @sessions WHERE key = @key", ("@key", key), ("@sessions", string.Join('\n', sessions)))], cancellationToken);

    public Task<bool> DeleteAsync(long epoch, IEnumerable<StoreStatement> others, CancellationToken cancellationToken) => WriteAsync(
        epoch,
        [
            .. others,
            PrimitiveKey.IsNamed(key)
                ? new StoreStatement("UPDATE primitive SET settings = NULL, state = NULL, sessions = NULL WHERE key = @key", ("@key", key))
                : new StoreStatement("DELETE FROM primitive WHERE key = @key", ("@key", key)),
            new StoreStatement("DELETE FROM primitive_session WHERE key = @key", ("@key", key)),
        ],
        cancellationToken);

    private async Task<bool> WriteAsync(long epoch, List<StoreStatement> statements, CancellationToken cancellationToken) =>
        (await store.WriteAsync(
            new StoreUnit([.. statements]) { Guard = new StoreStatement("UPDATE primitive SET epoch = @epoch WHERE key = @key AND epoch = @epoch", ("@key", key), ("@epoch", epoch)) },
            cancellationToken)).Applied;
}
