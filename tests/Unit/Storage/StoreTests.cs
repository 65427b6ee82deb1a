using System.Data.Common;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

/// <summary>What every store does, whichever database it speaks to.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private static readonly StoreSchema Schema = new("test", 1, (dialect, _) => $"""
        CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, name TEXT NULL, count BIGINT NOT NULL DEFAULT 0);
        CREATE TABLE value (id BIGINT NOT NULL PRIMARY KEY, text TEXT NULL, number BIGINT NULL, real DOUBLE PRECISION NULL, flag BOOLEAN NULL,
            bytes {(dialect == StoreDialect.Sqlite ? "BLOB" : "BYTEA")} NULL, time {(dialect == StoreDialect.Sqlite ? "TEXT" : "TIMESTAMPTZ")} NULL);
        """);

    private readonly List<IStore> _opened = [];

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_read_by_the_same_and_by_another_instance()
    {
        var store = await OpenAsync();
        var result = await store.WriteAsync(Insert(1, "one"), Cancel);
        Assert.True(result.Applied);
        Assert.Equal([1], result.Affected);
        Assert.Equal(["one"], await NamesAsync(store));
        Assert.Equal(["one"], await NamesAsync(await OpenAsync()));
    }

    [Fact]
    public async Task Statements_of_a_unit_are_applied_in_order_and_counted()
    {
        var store = await OpenAsync();
        var result = await store.WriteAsync(
            new(
                new StoreStatement("INSERT INTO item (id, name) VALUES (1, 'a'), (2, 'b')"),
                new("INSERT INTO item (id, name) VALUES (2, 'c') ON CONFLICT DO NOTHING"),
                new("UPDATE item SET name = @name", ("@name", "same"))),
            Cancel);
        Assert.Equal([2, 0, 2], result.Affected);
        Assert.Equal(["same", "same"], await NamesAsync(store));
    }

    [Fact]
    public async Task A_refused_guard_applies_nothing_of_its_unit()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(1, "one"), Cancel);
        var refused = await store.WriteAsync(Insert(2, "two") with { Guard = Swap(from: 5, to: 6) }, Cancel);
        Assert.False(refused.Applied);
        Assert.Empty(refused.Affected);
        Assert.Equal(["one"], await NamesAsync(store));
        var applied = await store.WriteAsync(Insert(2, "two") with { Guard = Swap(from: 0, to: 1) }, Cancel);
        Assert.True(applied.Applied);
        Assert.Equal([1], applied.Affected);
        Assert.Equal(["one", "two"], await NamesAsync(store));
    }

    [Fact]
    public async Task Of_many_units_guarded_by_the_same_condition_one_is_applied()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(1, "one"), Cancel);
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.WriteAsync(Insert(100 + i, "x") with { Guard = Swap(0, 1) }, Cancel)));
        Assert.Single(results, result => result.Applied);
        Assert.Equal(2, (await NamesAsync(store)).Count);
    }

    [Fact]
    public async Task A_guard_sees_what_units_before_it_did()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(1, "open"), Cancel);
        // Queued together, so that they share a group: the statement of the first closes what the guard of the second asks for.
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.WriteAsync(
            new(new("UPDATE item SET name = 'closed' WHERE id = 1"), new("INSERT INTO item (id, name) VALUES (@id, 'x')", ("@id", 10 + i)))
            {
                Guard = new("UPDATE item SET count = count + 1 WHERE id = 1 AND name = 'open'"),
            },
            Cancel)));
        Assert.Single(results, result => result.Applied);
        Assert.Equal(2, (await NamesAsync(store)).Count);
    }

    [Fact]
    public async Task A_bad_unit_fails_alone_and_leaves_nothing()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(1, "one"), Cancel);
        var good = Enumerable.Range(10, 40).Select(i => store.WriteAsync(Insert(i, "good"), Cancel)).ToArray();
        StoreUnit[] bad =
        [
            Insert(1, "again"),
            new(new("INSERT INTO item (id, name) VALUES (1000, 'half')"), new("INSERT INTO item (id, name) VALUES (1, 'again')")),
            Insert(1, "again") with { Guard = Swap(from: 0, to: 1) },
            new(new StoreStatement("INSERT INTO nowhere VALUES (1)")),
            new(new StoreStatement("this is not SQL")),
            new(new StoreStatement("UPDATE item SET name = @missing")),
            Insert(2000, "guarded") with { Guard = new("UPDATE nowhere SET a = 1") },
        ];
        var failing = bad.Select(unit => store.WriteAsync(unit, Cancel)).ToArray();
        var more = Enumerable.Range(60, 40).Select(i => store.WriteAsync(Insert(i, "good"), Cancel)).ToArray();
        await Task.WhenAll([.. good, .. more]);
        foreach (var write in failing)
            await Assert.ThrowsAsync<StoreUnitException>(() => write);
        Assert.Equal(["one", .. Enumerable.Repeat("good", 80)], await NamesAsync(store));
        Assert.Equal([0], await store.ReadAsync(new("SELECT count FROM item WHERE id = 1"), row => row.GetInt64(0), Cancel));
        Assert.True((await store.WriteAsync(Insert(3, "after"), Cancel)).Applied);
    }

    [Fact]
    public async Task Values_come_back_as_they_were()
    {
        var store = await OpenAsync();
        var time = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.FromHours(-7)).AddTicks(1234567);
        var rounded = time.AddTicks(-7).ToUniversalTime();
        (string? Text, long? Number, double? Real, bool? Flag, byte[]? Bytes, DateTimeOffset? Time)[] rows =
        [
            (null, null, null, null, null, null),
            ("", 0, 0.0, false, [], DateTimeOffset.UnixEpoch),
            ("zażółć 😀 '\"\\\n\t", long.MaxValue, double.Epsilon, true, [0, 1, 255], time),
            ("@name $1 ? :x", long.MinValue, -1.0 / 3, true, new byte[100_000], new DateTimeOffset(9998, 12, 31, 0, 0, 0, TimeSpan.Zero)),
        ];
        await Task.WhenAll(rows.Select((row, id) => store.WriteAsync(
            new(new StoreStatement(
                "INSERT INTO value VALUES (@id, @text, @number, @real, @flag, @bytes, @time)",
                ("@id", id), ("@text", row.Text), ("@number", row.Number), ("@real", row.Real), ("@flag", row.Flag), ("@bytes", row.Bytes), ("@time", row.Time))),
            Cancel)));
        var read = await store.ReadAsync(new("SELECT text, number, real, flag, bytes, time FROM value ORDER BY id"), ReadValues, Cancel);
        rows[2].Time = rounded;
        Assert.Equal(rows.Length, read.Count);
        foreach (var (expected, found) in rows.Zip(read))
        {
            Assert.Equal((expected.Text, expected.Number, expected.Real, expected.Flag, expected.Time), (found.Text, found.Number, found.Real, found.Flag, found.Time));
            Assert.Equal(expected.Bytes, found.Bytes);
            Assert.Equal(TimeSpan.Zero, found.Time?.Offset ?? default);
        }

        // Times are in order, and compared as times.
        Assert.Equal([1, 2], await store.ReadAsync(
            new("SELECT id FROM value WHERE time <= @time ORDER BY time", ("@time", time)), row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task Smaller_integers_and_enums_are_stored_as_integers()
    {
        var store = await OpenAsync();
        object[] values = [(byte)1, (short)2, 3, 4u, StoreDialect.PostgreSql];
        await Task.WhenAll(values.Select((value, id) => store.WriteAsync(
            new(new StoreStatement("INSERT INTO value (id, number) VALUES (@id, @number)", ("@id", id), ("@number", value))), Cancel)));
        Assert.Equal([1, 2, 3, 4, 1], await store.ReadAsync(new("SELECT number FROM value ORDER BY id"), row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task Writers_on_several_instances_lose_nothing()
    {
        const int Instances = 4, Units = 400;
        var stores = await Task.WhenAll(Enumerable.Range(0, Instances).Select(_ => OpenAsync()));
        await stores[0].WriteAsync(Insert(0, "counter"), Cancel);
        await Task.WhenAll(stores.SelectMany((store, instance) => Enumerable.Range(0, Units).Select(i => store.WriteAsync(
            new(new("INSERT INTO item (id, name) VALUES (@id, 'x')", ("@id", 1 + (instance * Units) + i)), new("UPDATE item SET count = count + 1 WHERE id = 0")),
            Cancel))));
        Assert.Equal([Instances * Units], await stores[1].ReadAsync(new("SELECT count FROM item WHERE id = 0"), row => row.GetInt64(0), Cancel));
        Assert.Equal([1 + (Instances * Units)], await stores[2].ReadAsync(new("SELECT count(*) FROM item"), row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task Disposal_writes_what_is_queued_and_refuses_more()
    {
        var store = await OpenAsync();
        var writes = Enumerable.Range(0, 3000).Select(i => store.WriteAsync(Insert(i, "x"), Cancel)).ToArray();
        await store.DisposeAsync();
        await Task.WhenAll(writes).Soon();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.WriteAsync(Insert(5000, "late"), Cancel));
        Assert.Equal(3000, (await NamesAsync(await OpenAsync())).Count);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_at_once()
    {
        var store = await OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteAsync(Insert(1, "x"), new(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.ReadAsync(new("SELECT id FROM item"), row => row.GetInt64(0), new(canceled: true)));
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        var store = await OpenAsync();
        await store.EnsureAsync(Schema with { Version = 3, Script = (_, _) => "SELECT 1" }, Cancel);
        var error = await Assert.ThrowsAsync<ProgramException>(async () => await OpenAsync());
        Assert.True(error.IsInput);
        Assert.Contains("has test schema 3, newer than 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_starting_at_once_migrate_an_older_version_once()
    {
        await (await OpenAsync()).WriteAsync(Insert(1, "kept"), Cancel);
        // Neither script bears being run twice.
        var newer = Schema with { Version = 3, Script = (_, from) => from == 1 ? "ALTER TABLE item ADD COLUMN extra TEXT NULL" : "INSERT INTO item (id, name) VALUES (2, 'migrated')" };
        var stores = Enumerable.Range(0, 8).Select(_ => Track(Create())).ToArray();
        await Task.WhenAll(stores.SelectMany(store => new[] { store.EnsureAsync(newer, Cancel), store.EnsureAsync(newer, Cancel) }));
        Assert.Equal(["kept", "migrated"], await NamesAsync(stores[3]));
    }

    [Fact]
    public async Task A_migration_that_fails_changes_nothing_and_can_be_repeated()
    {
        var store = await OpenAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => store.EnsureAsync(
            Schema with { Version = 3, Script = (_, from) => from == 1 ? "ALTER TABLE item ADD COLUMN extra TEXT NULL" : "this is not SQL" }, Cancel));
        await store.EnsureAsync(Schema with { Version = 3, Script = (_, from) => from == 1 ? "ALTER TABLE item ADD COLUMN extra TEXT NULL" : "SELECT 1" }, Cancel);
    }

    [Fact]
    public async Task Components_have_versions_of_their_own()
    {
        var store = await OpenAsync();
        await store.EnsureAsync(new("other", 7, (_, from) => $"CREATE TABLE other{from} (id BIGINT)"), Cancel);
        await (await OpenAsync()).WriteAsync(new(new StoreStatement("INSERT INTO other6 VALUES (1)")), Cancel);
    }

    /// <summary>Makes a store on the test's database.</summary>
    private protected abstract IStore Create();

    private protected async Task<IStore> OpenAsync()
    {
        var store = Track(Create());
        await store.EnsureAsync(Schema, Cancel);
        return store;
    }

    private protected IStore Track(IStore store)
    {
        lock (_opened)
            _opened.Add(store);
        return store;
    }

    private protected static StoreUnit Insert(long id, string name) =>
        new(new StoreStatement("INSERT INTO item (id, name) VALUES (@id, @name)", ("@id", id), ("@name", name)));

    private protected static Task<List<string>> NamesAsync(IStore store) =>
        store.ReadAsync(new("SELECT name FROM item ORDER BY id"), row => row.GetString(0), Cancel);

    private static StoreStatement Swap(int from, int to) =>
        new("UPDATE item SET count = @to WHERE id = 1 AND count = @from", ("@to", to), ("@from", from));

    private static (string? Text, long? Number, double? Real, bool? Flag, byte[]? Bytes, DateTimeOffset? Time) ReadValues(DbDataReader row) => (
        row.IsDBNull(0) ? null : row.GetString(0),
        row.IsDBNull(1) ? null : row.GetInt64(1),
        row.IsDBNull(2) ? null : row.GetDouble(2),
        row.IsDBNull(3) ? null : row.GetBoolean(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
        row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5));
}
