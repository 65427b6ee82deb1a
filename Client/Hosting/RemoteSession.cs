using Microsoft.Data.Sqlite;
using OrleansAsync.Storage;

namespace OrleansAsync.Hosting;

/// <summary>A session with silo processes, over TCP.</summary>
internal sealed class RemoteSession : ClusterSession
{
    // Beyond it a gateway that accepts connections but does not answer counts as dead.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly IHost _host;

    private RemoteSession(IHost host) => _host = host;

    /// <inheritdoc/>
    public override IServiceProvider Services => _host.Services;

    /// <inheritdoc/>
    public override Task AllSilosServing => Task.CompletedTask;

    /// <summary>Connects.</summary>
    /// <param name="options">Which cluster.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The session.</returns>
    /// <exception cref="ProgramException">No silo answers.</exception>
    public static async Task<ClusterSession> ConnectAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Logging.AddStderr(options.Verbosity, LogLevel.Critical);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.UseOrleansClient(client =>
        {
            client.UseCluster(options.Target, options.DataFolder);
            client.Services.AddOrleansAsyncClient();
            if (options.Telemetry != TelemetryMode.None)
                client.AddActivityPropagation();
        });
        await CheckAsync(options.DataFolder, cancellationToken);
        var host = builder.Build();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            await host.StartAsync(timeout.Token);
            return new RemoteSession(host);
        }
        catch (Exception e)
        {
            host.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw Unreachable(options.DataFolder, $"no silo answers ({e.Message})", e);
        }
    }

    /// <inheritdoc/>
    protected override async Task CloseAsync()
    {
        using (_host)
            await _host.StopAsync();
        SqliteConnection.ClearAllPools();
    }

    // Orleans would try for a long time; what the file and the ports say is known at once.
    private static async Task CheckAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var database = new ClusterDatabase(dataFolder);
        if (!File.Exists(database.FilePath))
            throw Unreachable(dataFolder, "there is no cluster.db in it");
        database.Ensure();
        var (active, answering) = await database.TryGatewaysAsync(ClusterBuilderExtensions.ClusterName, cancellationToken);
        if (answering == 0)
            throw Unreachable(dataFolder, active == 0 ? "no silo is running" : $"none of its {active} silos answers any more");
    }

    private static ProgramException Unreachable(string dataFolder, string reason, Exception? cause = null) => ProgramException.Failure(
        $"cannot reach the local cluster of {Path.GetFullPath(dataFolder)}: {reason}; start a silo: dotnet run -c Release --project Silo -- --data {dataFolder}",
        cause);
}
