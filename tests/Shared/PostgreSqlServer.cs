using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(OrleansAsync.Tests.PostgreSqlServer))]

namespace OrleansAsync.Tests;

/// <summary>
/// A PostgreSQL server of this test program's own, on a free port and in a temporary folder; started by the first test that asks for a database, and
/// stopped and deleted at the end, also when the test program is killed.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string User = "tester";
    private const string Password = "swordfish";

    // Ends with its input, which a killed test program closes too, or when its group, and the test program with it, is told to end. The server
    // gets a process group of its own: signals are not for it.
    private const string Keeper = """
        folder=$1; shift
        trap : INT TERM HUP
        setsid "$@" &
        read -r _
        kill -QUIT $!
        wait
        rm -rf "$folder"
        """;

    private readonly SemaphoreSlim _starting = new(1);
    private Process? _keeper;
    private int _databases;

    public int Port { get; private set; }

    /// <summary>Creates an empty database and gives its connection string; skips the test where PostgreSQL is not installed.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await StartAsync();
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs a statement as the server's superuser.</summary>
    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            _keeper.StandardInput.Close();
            await _keeper.WaitForExitAsync();
            _keeper.Dispose();
        }

        _starting.Dispose();
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username={User};Password={Password};Database={database}";

    private async Task StartAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_keeper is not null) return;
            var programs = Programs();
            Assert.SkipWhen(programs is null, "PostgreSQL is not installed (Debian's package postgresql)");
            await StartAsync(programs!);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task StartAsync(string programs)
    {
        var folder = Directory.CreateTempSubdirectory("orleansasync-postgresql-").FullName;
        // The server refuses to run as root.
        string[] user = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        if (user.Length > 0)
            await RunAsync("chown", "postgres", folder);
        var secret = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(secret, Password);
        await RunAsync([.. user, Path.Combine(programs, "initdb"), "-D", $"{folder}/data", "-U", User, "-A", "scram-sha-256", $"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"]);
        for (var attempt = 1; _keeper is null; attempt++)
        {
            Port = FreePort();
            // What these tests check does not need the disk, and a deadlock is not worth a second.
            string[] server = [.. user, Path.Combine(programs, "postgres"), "-D", $"{folder}/data", "-h", "127.0.0.1", "-p", $"{Port}", "-k", folder, "-c", "fsync=off", "-c", "max_connections=400", "-c", "deadlock_timeout=50ms"];
            var keeper = Start(["/bin/sh", "-c", Keeper, "sh", folder, .. server]);
            var ready = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            keeper.ErrorDataReceived += (_, line) =>
            {
                if (line.Data?.Contains("ready to accept connections", StringComparison.Ordinal) == true) ready.TrySetResult(null);
                if (line.Data?.Contains("FATAL", StringComparison.Ordinal) == true) ready.TrySetResult(line.Data);
            };
            keeper.BeginErrorReadLine();
            keeper.BeginOutputReadLine();
            if (await ready.Task.WaitAsync(TimeSpan.FromMinutes(1)) is not { } failure)
                _keeper = keeper;
            else if (attempt == 5)
                throw new InvalidOperationException($"PostgreSQL does not start: {failure}");
        }
    }

    // Debian keeps the server's programs out of the path.
    private static string? Programs() => new DirectoryInfo("/usr/lib/postgresql") is { Exists: true } versions
        ? versions.EnumerateDirectories().Select(version => Path.Combine(version.FullName, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")))
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")));

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {await output}{await error}");
    }

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        WorkingDirectory = "/",
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
