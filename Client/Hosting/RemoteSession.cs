using Microsoft.Data.Sqlite;
using OrleansAsync.Storage;

namespace OrleansAsync.Hosting;

/// <summary>A session with silo processes, over TCP.</summary>
internal sealed class RemoteSession : ClusterSession
{
    // Beyond it a gateway that accepts connections but does not answer counts as dead.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly IHost _host;

    private RemoteSession(IHost host) => _host = host;

    /// <inheritdoc/>
    public override IServiceProvider Services => _host.Services;

    /// <inheritdoc/>
    public override bool HasStore => true;

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
        await CheckAsync(options, cancellationToken);
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
            throw Unreachable(options, $"no silo answers ({e.Message})", e);
        }
    }

    /// <inheritdoc/>
    protected override async Task CloseAsync()
    {
        using (_host)
            await _host.StopAsync();
        SqliteConnection.ClearAllPools();
    }

    // Orleans would try for a long time; what the database and the ports say is known at once.
    private static async Task CheckAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        var database = ClusterDatabase.Find(options.Target, options.DataFolder);
        if (database is SqliteClusterDatabase { FilePath: var path } && !File.Exists(path))
            throw Unreachable(options, "there is no cluster.db in it");
        await database.EnsureAsync().WaitAsync(cancellationToken);
        var (active, answering) = await database.TryGatewaysAsync(ClusterBuilderExtensions.ClusterName, cancellationToken);
        if (answering == 0)
            throw Unreachable(options, active == 0 ? "no silo is running" : $"none of its {active} silos answers any more");
    }

    private static ProgramException Unreachable(SessionOptions options, string reason, Exception? cause = null)
    {
        var (cluster, option) = options.Target switch
        {
            { Mode: ClusterMode.Local } => ($"the local cluster of {Path.GetFullPath(options.DataFolder)}", $" -- --data {options.DataFolder}"),
            { File: { } file } => ($"the cluster of {file}", $" -- --cluster @{file}"),
            _ => ($"the cluster of {ClusterTarget.Variable}", ""),
        };
        return ProgramException.Failure($"cannot reach {cluster}: {reason}; start a silo: dotnet run -c Release --project Silo{option}", cause);
    }
}
