using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

/// <summary>What silos and clients find in the database of a cluster, whichever kind it is.</summary>
public abstract class ClusterDatabaseTests : IAsyncLifetime
{
    private const string Cluster = "test";

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Many_starting_at_once_create_it_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open().EnsureAsync(), Cancel)));
        Assert.Equal(16L, await QueryAsync("SELECT count(*) FROM OrleansQuery"));
    }

    [Fact]
    public async Task An_existing_one_keeps_its_rows()
    {
        await Open().EnsureAsync();
        await InsertAsync(1, SiloStatus.Active);
        await Open().EnsureAsync();
        Assert.Equal(1L, await QueryAsync("SELECT count(*) FROM OrleansMembershipTable"));
    }

    [Fact]
    public async Task One_of_the_first_version_gets_reminders_and_keeps_its_rows()
    {
        await EnsureAsync(StoreSchema.Embedded("cluster", 1));
        await InsertAsync(1, SiloStatus.Active);
        await Open().EnsureAsync();
        Assert.Equal(1L, await QueryAsync("SELECT count(*) FROM OrleansMembershipTable"));
        Assert.Equal(0L, await QueryAsync("SELECT count(*) FROM OrleansRemindersTable"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await Open().EnsureAsync();
        await QueryAsync("UPDATE SchemaVersion SET Version = 1000");
        var error = await Assert.ThrowsAsync<ProgramException>(Open().EnsureAsync);
        Assert.True(error.IsInput);
        Assert.Contains(" has cluster schema 1000, newer than ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_silos_that_refuse_a_connection_are_buried_and_the_version_rises()
    {
        using var alive = new TcpListener(IPAddress.Loopback, 0);
        alive.Start();
        var alivePort = ((IPEndPoint)alive.LocalEndpoint).Port;
        await Open().EnsureAsync();
        await InsertAsync(alivePort, SiloStatus.Active);
        await InsertAsync(1, SiloStatus.Active); // nobody listens on port 1
        await InsertAsync(2, SiloStatus.Active, host: "another"); // nor on 2, but that is another machine's to say
        await InsertAsync(3, SiloStatus.Active, address: "192.0.2.1");
        var before = await QueryAsync("SELECT Version FROM OrleansMembershipVersionTable");
        Assert.Equal(1, await Open().BuryCrashedSilosAsync(Cluster, Cancel));
        Assert.Equal([$"{alivePort}", "2", "3"], await AlivePortsAsync(alivePort));
        Assert.Equal(Convert.ToInt64(before, null) + 1, Convert.ToInt64(await QueryAsync("SELECT Version FROM OrleansMembershipVersionTable"), null));
        Assert.Equal(0, await Open().BuryCrashedSilosAsync(Cluster, Cancel));
    }

    [Fact]
    public async Task Gateways_that_answer_are_counted()
    {
        using var alive = new TcpListener(IPAddress.Loopback, 0);
        alive.Start();
        await Open().EnsureAsync();
        await InsertAsync(1, SiloStatus.Active, ((IPEndPoint)alive.LocalEndpoint).Port);
        await InsertAsync(2, SiloStatus.Active, gateway: 2);
        await InsertAsync(3, SiloStatus.Dead, gateway: 3);
        Assert.Equal((2, 1), await Open().TryGatewaysAsync(Cluster, Cancel));
    }

    [Fact]
    public async Task A_conditional_write_with_an_old_version_changes_nothing()
    {
        await Open().EnsureAsync();
        Assert.Equal(1, await RunAsync("InsertMembershipVersionKey"));
        Assert.Equal(0, await RunAsync("InsertMembershipVersionKey"));
        Assert.Equal(1, await RunAsync("InsertMembershipKey", version: 0));
        Assert.Equal(0, await RunAsync("InsertMembershipKey", version: 1)); // the row is there
        Assert.Equal(0, await RunAsync("UpdateMembershipKey", version: 0)); // the version is old
        Assert.Equal(0, await RunAsync("UpdateMembershipKey", version: 1, port: 99)); // no such row
        Assert.Equal(1, await RunAsync("UpdateMembershipKey", version: 1));
        await RunAsync("UpdateIAmAlivetimeKey");
        Assert.Equal(2L, Convert.ToInt64(await QueryAsync("SELECT Version FROM OrleansMembershipVersionTable"), null));
    }

    [Fact]
    public async Task Of_conditional_writes_at_the_same_moment_one_happens()
    {
        await Open().EnsureAsync();
        await RunAsync("InsertMembershipVersionKey");
        for (var version = 0; version < 10; version++)
        {
            var of = version;
            var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => RunAsync("InsertMembershipKey", of, port: (of * 10) + writer), Cancel)));
            Assert.Equal(1, written.Sum());
        }

        Assert.Equal(10L, await QueryAsync("SELECT count(*) FROM OrleansMembershipTable"));
        Assert.Equal(10L, Convert.ToInt64(await QueryAsync("SELECT Version FROM OrleansMembershipVersionTable"), null));
    }

    [Fact]
    public async Task A_reminder_is_deleted_only_in_the_version_that_was_read()
    {
        await Open().EnsureAsync();
        Assert.Equal(0, await RunAsync("UpsertReminderRowKey"));
        Assert.Equal(1, await RunAsync("UpsertReminderRowKey"));
        Assert.Equal(0, await RunAsync("DeleteReminderRowKey", version: 0));
        Assert.Equal(1, await RunAsync("DeleteReminderRowKey", version: 1));
        Assert.Equal(0L, await QueryAsync("SELECT count(*) FROM OrleansRemindersTable"));
    }

    /// <summary>The test's database.</summary>
    private protected abstract ClusterDatabase Open();

    private protected abstract Task EnsureAsync(StoreSchema schema);

    private protected abstract DbConnection Connect();

    private protected async Task<object?> QueryAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var connection = Connect();
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return await command.ExecuteScalarAsync(Cancel);
    }

    private async Task<string[]> AlivePortsAsync(int first)
    {
        var ports = new List<string>();
        foreach (var port in new[] { first, 1, 2, 3 })
        {
            if (Convert.ToInt32(await QueryAsync($"SELECT Status FROM OrleansMembershipTable WHERE Port = {port}"), null) == (int)SiloStatus.Active)
                ports.Add($"{port}");
        }

        return [.. ports];
    }

    // Times as Orleans passes them; -1 when the query returns nothing.
    private async Task<int> RunAsync(string key, int version = 0, int port = 5) => Convert.ToInt32(
        await QueryAsync(
            (string)(await QueryAsync($"SELECT QueryText FROM OrleansQuery WHERE QueryKey = '{key}'"))!,
            ("DeploymentId", Cluster), ("Address", "127.0.0.1"), ("Port", port), ("Generation", 7), ("SiloName", "s"), ("HostName", "h"), ("Status", 3),
            ("ProxyPort", 6), ("SuspectTimes", ""), ("StartTime", DateTime.UnixEpoch), ("IAmAliveTime", DateTime.UnixEpoch), ("Version", version),
            ("ServiceId", Cluster), ("GrainId", "g/1"), ("ReminderName", "r"), ("Period", 60_000), ("GrainHash", 12)) ?? -1, null);

    private async Task InsertAsync(int port, SiloStatus status, int gateway = 0, string? host = null, string address = "127.0.0.1")
    {
        await QueryAsync($"INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('{Cluster}') ON CONFLICT DO NOTHING");
        await QueryAsync($"""
            INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
            VALUES ('{Cluster}', '{address}', {port}, 1, 's', '{host ?? Dns.GetHostName()}', {(int)status}, {gateway}, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
            """);
    }
}
