using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace OrleansAsync.Tests.EndToEnd.Hosting;

public sealed class SiloTests
{
    [Fact]
    public async Task Serves_health_and_dashboard_and_leaves_on_sigterm()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await Processes.StartSiloAsync(folder);
        using var live = await silo.GetAsync("/health/live");
        using var ready = await silo.GetAsync("/health/ready");
        using var dashboard = await silo.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal("active; silos=1", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Orleans Dashboard", await dashboard.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var end = await silo.Process.TerminateAsync();
        Assert.Equal(0, end.ExitCode);
        Assert.Single(end.Out.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Leaves_on_ctrl_c()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await Processes.StartSiloAsync(folder);
        Assert.Equal(0, (await silo.Process.InterruptAsync()).ExitCode);
    }

    [Fact]
    public async Task Silos_started_at_once_on_one_folder_find_each_other()
    {
        using var folder = new TemporaryFolder();
        var silos = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Processes.StartSiloAsync(folder)));
        try
        {
            var listed = await Processes.RunClientAsync(folder, "silos", "--cluster", "local", "--data", ".");
            Assert.Equal((0, ""), (listed.ExitCode, listed.Error));
            Assert.Equal(
                silos.Select(silo => $"{silo.Address} active").Order(StringComparer.Ordinal),
                listed.Out.TrimEnd().Split('\n').Order(StringComparer.Ordinal));
            Assert.Equal(9, silos.SelectMany(silo => new[] { silo.SiloPort, silo.GatewayPort, silo.Web.Port }).Distinct().Count());
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
        using var folder = new TemporaryFolder();
        await using (var first = await Processes.StartSiloAsync(folder))
        await using (var second = await Processes.StartSiloAsync(folder))
            await Task.WhenAll(first.Process.KillAsync(), second.Process.KillAsync());
        await using var next = await Processes.StartSiloAsync(folder);
        using var ready = await next.GetAsync("/health/ready");
        Assert.Equal("active; silos=1", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Told_to_stop_while_joining_ends_with_0()
    {
        using var folder = new TemporaryFolder();
        using var created = new FileSystemWatcher(folder.Path, "cluster.db") { EnableRaisingEvents = true };
        var joining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        created.Created += (_, _) => joining.TrySetResult();
        await using var silo = Processes.Silo(folder);
        await joining.Task.WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
        var end = await silo.TerminateAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
    }

    [Theory]
    [InlineData("--silo-port")]
    [InlineData("--gateway-port")]
    [InlineData("--dashboard-port")]
    public async Task A_taken_port_is_one_line(string option)
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var silo = Processes.Silo(folder, option, $"{port}");
        var end = await silo.WaitForExitAsync();
        Assert.Equal(
            new(2, "", $"silo: port {port} is taken; give another with {option}, or leave {option} out and a free port is picked\n"),
            end);
    }

    [Fact]
    public async Task A_port_taken_by_another_silo_is_noticed()
    {
        using var folder = new TemporaryFolder();
        await using var first = await Processes.StartSiloAsync(folder);
        await using var second = Processes.Silo(folder, "--silo-port", $"{first.SiloPort}");
        var end = await second.WaitForExitAsync();
        Assert.Equal(2, end.ExitCode);
        Assert.StartsWith($"silo: port {first.SiloPort} is taken", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        using var folder = new TemporaryFolder();
        using (var connection = new SqliteConnection($"Data Source={folder.File("cluster.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE SchemaVersion (Component TEXT PRIMARY KEY, Version INTEGER); INSERT INTO SchemaVersion VALUES ('cluster', 1000)";
            command.ExecuteNonQuery();
        }

        await using var silo = Processes.Silo(folder);
        var end = await silo.WaitForExitAsync();
        Assert.Equal((2, ""), (end.ExitCode, end.Out));
        Assert.Matches(@"^silo: \S+/cluster\.db has cluster schema 1000, newer than \d+, .*\n$", end.Error);
    }

    [Theory]
    [InlineData("no port", "--silo-port", "70000")]
    [InlineData("no level", "--verbosity", "loud")]
    [InlineData("no such option", "--bogus", "1")]
    [InlineData("no cluster", "--cluster", "moon")]
    [InlineData("no such file", "--cluster", "@secret")]
    [InlineData("local silos are on loopback", "--address", "127.0.0.1")]
    public async Task A_wrong_option_is_one_line_that_names_it(string _, string option, string value)
    {
        using var folder = new TemporaryFolder();
        await using var silo = Processes.Silo(folder, option, value);
        var end = await silo.WaitForExitAsync();
        Assert.Equal((2, ""), (end.ExitCode, end.Out));
        Assert.Matches($@"^silo: .*{option}.*\n$", end.Error);
        Assert.DoesNotContain("   at ", end.Error, StringComparison.Ordinal);
    }
}
