using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class ClusterDatabaseTests : IDisposable
{
    private const string Cluster = "test";

    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Many_starting_at_once_create_it_once()
    {
        var together = new Barrier(8);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() =>
        {
            var database = new ClusterDatabase(Path.Combine(_folder, "sub"));
            together.SignalAndWait(TestContext.Current.CancellationToken);
            database.Ensure();
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(9L, Query(new(Path.Combine(_folder, "sub")), "SELECT count(*) FROM OrleansQuery"));
    }

    [Fact]
    public void An_existing_one_keeps_its_rows()
    {
        var database = new ClusterDatabase(_folder);
        database.Ensure();
        Insert(database, 1, SiloStatus.Active);
        database.Ensure();
        Assert.Equal(1L, Query(database, "SELECT count(*) FROM OrleansMembershipTable"));
    }

    [Fact]
    public void A_newer_schema_is_refused()
    {
        var database = new ClusterDatabase(_folder);
        database.Ensure();
        Query(database, "UPDATE SchemaVersion SET Version = Version + 1");
        var error = Assert.Throws<ProgramException>(database.Ensure);
        Assert.True(error.IsInput);
        Assert.Contains(database.FilePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        var database = new ClusterDatabase(_folder);
        File.WriteAllText(database.FilePath, new string('x', 5000));
        Assert.True(Assert.Throws<ProgramException>(database.Ensure).IsInput);
    }

    [Fact]
    public async Task Only_silos_that_refuse_a_connection_are_buried_and_the_version_rises()
    {
        using var alive = new TcpListener(IPAddress.Loopback, 0);
        alive.Start();
        var alivePort = ((IPEndPoint)alive.LocalEndpoint).Port;
        var database = new ClusterDatabase(_folder);
        database.Ensure();
        Insert(database, alivePort, SiloStatus.Active);
        Insert(database, 1, SiloStatus.Active); // nobody listens on port 1
        var before = Query(database, "SELECT Version FROM OrleansMembershipVersionTable");
        Assert.Equal(1, await database.BuryCrashedSilosAsync(Cluster, TestContext.Current.CancellationToken));
        Assert.Equal((long)SiloStatus.Dead, Query(database, "SELECT Status FROM OrleansMembershipTable WHERE Port = 1"));
        Assert.Equal((long)SiloStatus.Active, Query(database, $"SELECT Status FROM OrleansMembershipTable WHERE Port = {alivePort}"));
        Assert.Equal((long)before! + 1, Query(database, "SELECT Version FROM OrleansMembershipVersionTable"));
        Assert.Equal(0, await database.BuryCrashedSilosAsync(Cluster, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Gateways_that_answer_are_counted()
    {
        using var alive = new TcpListener(IPAddress.Loopback, 0);
        alive.Start();
        var database = new ClusterDatabase(_folder);
        database.Ensure();
        Insert(database, 1, SiloStatus.Active, ((IPEndPoint)alive.LocalEndpoint).Port);
        Insert(database, 2, SiloStatus.Active, gateway: 2);
        Insert(database, 3, SiloStatus.Dead, gateway: 3);
        Assert.Equal((2, 1), await database.TryGatewaysAsync(Cluster, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_conditional_write_with_an_old_version_changes_nothing()
    {
        var database = new ClusterDatabase(_folder);
        database.Ensure();
        Assert.Equal(1L, Run(database, "InsertMembershipVersionKey"));
        Assert.Equal(0L, Run(database, "InsertMembershipVersionKey"));
        Assert.Equal(1L, Run(database, "InsertMembershipKey", version: 0));
        Assert.Equal(0L, Run(database, "InsertMembershipKey", version: 1)); // the row is there
        Assert.Equal(0L, Run(database, "UpdateMembershipKey", version: 0)); // the version is old
        Assert.Equal(1L, Run(database, "UpdateMembershipKey", version: 1));
        Run(database, "UpdateIAmAlivetimeKey");
        Assert.Equal(2L, Query(database, "SELECT Version FROM OrleansMembershipVersionTable"));
    }

    private static object? Run(ClusterDatabase database, string key, int version = 0) => Query(
        database,
        (string)Query(database, $"SELECT QueryText FROM OrleansQuery WHERE QueryKey = '{key}'")!,
        ("DeploymentId", Cluster), ("Address", "127.0.0.1"), ("Port", 5), ("Generation", 7), ("SiloName", "s"), ("HostName", "h"), ("Status", 3),
        ("ProxyPort", 6), ("SuspectTimes", ""), ("StartTime", "2026-01-01 00:00:00"), ("IAmAliveTime", "2026-01-01 00:00:00"), ("Version", $"{version}"));

    private static void Insert(ClusterDatabase database, int port, SiloStatus status, int gateway = 0)
    {
        Query(database, $"INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('{Cluster}') ON CONFLICT DO NOTHING");
        Query(database, $"""
            INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
            VALUES ('{Cluster}', '127.0.0.1', {port}, 1, 's', 'h', {(int)status}, {gateway}, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
            """);
    }

    private static object? Query(ClusterDatabase database, string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command.ExecuteScalar();
    }
}
