using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansAsync.Tests.EndToEnd.Hosting;

/// <summary>Silos and clients that find each other by a PostgreSQL database.</summary>
public sealed class PostgreSqlClusterTests(PostgreSqlServer server) : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _connection = "";
    private string[] _cluster = [];

    public async ValueTask InitializeAsync() => _cluster = ["--cluster", await FileAsync("connection", _connection = await server.CreateDatabaseAsync())];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silos_started_at_once_find_each_other_and_run_a_clients_tasks()
    {
        var silos = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Processes.StartSiloAsync(_folder, _cluster)));
        try
        {
            var listed = await Processes.RunClientAsync(_folder, ["silos", .. _cluster]);
            Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
            Assert.Equal(
                silos.Select(silo => $"{silo.Address} active").Order(StringComparer.Ordinal),
                listed.Out.TrimEnd().Split('\n').Order(StringComparer.Ordinal));
            var bench = await Processes.RunClientAsync(_folder, ["bench", "fanout", "--tasks", "1000", "--delay", "10ms", "--repeat", "1", .. _cluster]);
            Assert.Equal((0, ""), (bench.ExitCode, bench.Error));
            Assert.Contains("3 silos", bench.Out, StringComparison.Ordinal);
            Assert.Equal([_folder.File("connection")], Directory.EnumerateFileSystemEntries(_folder.Path));
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_a_crash_left_is_buried_at_the_next_start()
    {
        await using (var first = await Processes.StartSiloAsync(_folder, _cluster))
        await using (var second = await Processes.StartSiloAsync(_folder, _cluster))
            await Task.WhenAll(first.Process.KillAsync(), second.Process.KillAsync());
        var alone = await Processes.RunClientAsync(_folder, ["silos", .. _cluster]);
        Assert.Equal((1, ""), (alone.ExitCode, alone.Out));
        Assert.Matches(@"^oa: cannot reach the cluster of .*connection: none of its 2 silos answers any more; start a silo: .* --cluster @.*connection\n$", alone.Error);
        await using var next = await Processes.StartSiloAsync(_folder, _cluster);
        using var ready = await next.GetAsync("/health/ready");
        Assert.Equal("active; silos=1", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_silo_with_an_address_is_reached_at_it()
    {
        await using var silo = Processes.Silo(_folder, [.. _cluster, "--address", "localhost"]);
        Assert.StartsWith("ready silo=127.0.0.1:", await silo.WaitForLineAsync("ready "), StringComparison.Ordinal);
        var listed = await Processes.RunClientAsync(_folder, ["silos", .. _cluster]);
        Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
    }

    [Theory]
    [InlineData(2, "is empty", null, "")]
    [InlineData(2, "holds no PostgreSQL connection string", null, "postgres://tester:swordfish@localhost/test")]
    [InlineData(2, "does not let user tester in", "Password", "swordfis")]
    [InlineData(2, "database nowhere at .* does not exist", "Database", "nowhere")]
    [InlineData(1, "cannot reach PostgreSQL database .* at 127", "Port", "closed")]
    public async Task A_database_that_cannot_be_used_is_one_line_in_both_programs(int exitCode, string message, string? setting, string value)
    {
        var text = setting is null
            ? value
            : new NpgsqlConnectionStringBuilder(_connection) { [setting] = value == "closed" ? ClosedPort() : value }.ConnectionString;
        var file = await FileAsync("wrong", text);
        await using var silo = Processes.Silo(_folder, "--cluster", file);
        var ended = await Task.WhenAll(silo.WaitForExitAsync(), Processes.RunClientAsync(_folder, "silos", "--cluster", file));
        foreach (var end in ended)
        {
            Assert.Equal((exitCode, ""), (end.ExitCode, end.Out));
            Assert.Matches($@"^(silo|oa): .*{message}.*\n$", end.Error);
            Assert.Contains("wrong", end.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("swordfis", end.Error, StringComparison.Ordinal);
        }
    }

    private static int ClosedPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task<string> FileAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.File(name), text, TestContext.Current.CancellationToken);
        return $"@{_folder.File(name)}";
    }
}
