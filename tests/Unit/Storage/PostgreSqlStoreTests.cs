using System.Net;
using System.Net.Sockets;
using Npgsql;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class PostgreSqlStoreTests(PostgreSqlServer server) : StoreTests
{
    private string _connection = null!;

    private string Database => new NpgsqlConnectionStringBuilder(_connection).Database!;

    public override async ValueTask InitializeAsync() => _connection = await server.CreateDatabaseAsync();

    [Fact]
    public async Task A_broken_connection_fails_what_was_under_way_and_the_next_write_opens_another()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(1, "before"), Cancel);
        await server.ExecuteAsync(Database, "BEGIN; LOCK TABLE item; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid(); COMMIT");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync(Insert(2, "lost"), Cancel));
        await store.WriteAsync(Insert(3, "after"), Cancel);
        Assert.Equal(["before", "after"], await NamesAsync(store));
    }

    [Fact]
    public async Task A_server_that_is_not_reached_is_waited_for_until_the_store_is_disposed()
    {
        var store = Track(new PostgreSqlStore(PostgreSqlDatabase.Parse($"Host=127.0.0.1;Port={ClosedPort()};Database=x", "the test"), TimeProvider.System));
        var write = store.WriteAsync(Insert(1, "x"), Cancel);
        Assert.False(write.IsCompleted);
        await store.DisposeAsync();
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
        Assert.StartsWith("cannot reach PostgreSQL database x at 127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Units_that_deadlock_with_another_process_are_applied_in_the_end()
    {
        var stores = await Task.WhenAll(OpenAsync(), OpenAsync());
        await stores[0].WriteAsync(new(Insert(1, "a").Statements[0], Insert(2, "b").Statements[0]), Cancel);
        StoreStatement[] raise = [new("UPDATE item SET count = count + 1 WHERE id = 1"), new("UPDATE item SET count = count + 1 WHERE id = 2")];
        await Task.WhenAll(Enumerable.Range(0, 50).SelectMany(_ => new[]
        {
            stores[0].WriteAsync(new(raise[0], raise[1]), Cancel),
            stores[1].WriteAsync(new(raise[1], raise[0]), Cancel),
        }));
        Assert.Equal([100, 100], await stores[0].ReadAsync(new("SELECT count FROM item ORDER BY id"), row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task A_user_without_rights_beyond_the_tables_can_write()
    {
        await server.ExecuteAsync("postgres", $"CREATE USER {Database}_user PASSWORD 'x'; ALTER DATABASE {Database} OWNER TO {Database}_user");
        _connection = new NpgsqlConnectionStringBuilder(_connection) { Username = $"{Database}_user", Password = "x" }.ConnectionString;
        var store = await OpenAsync();
        // A guard that is refused takes the other way to the server.
        await store.WriteAsync(Insert(1, "x") with { Guard = new("DELETE FROM item") }, Cancel);
        await store.WriteAsync(Insert(2, "y"), Cancel);
        Assert.Equal(["y"], await NamesAsync(store));
    }

    [Theory]
    [InlineData("Password", "wrong", true, "does not let user tester in")]
    [InlineData("Username", "nobody", true, "does not let user nobody in")]
    [InlineData("Database", "nowhere", true, "database nowhere at .* does not exist")]
    [InlineData("Port", "", false, "cannot reach PostgreSQL database test")]
    public async Task A_database_that_cannot_be_used_is_one_line_that_names_it(string setting, string value, bool isInput, string message)
    {
        var wrong = new NpgsqlConnectionStringBuilder(_connection) { [setting] = value.Length > 0 ? value : ClosedPort() };
        var store = Track(new PostgreSqlStore(PostgreSqlDatabase.Parse(wrong.ConnectionString, "FILE"), TimeProvider.System));
        var error = await Assert.ThrowsAsync<ProgramException>(() => store.EnsureAsync(new("test", 1, (_, _) => "SELECT 1"), Cancel));
        Assert.Equal(isInput, error.IsInput);
        Assert.Matches(message, error.Message);
        Assert.Contains("FILE", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", error.Message, StringComparison.Ordinal);
    }

    private protected override IStore Create() => new PostgreSqlStore(PostgreSqlDatabase.Parse(_connection, "the test"), TimeProvider.System);

    private static int ClosedPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
