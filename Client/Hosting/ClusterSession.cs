using OrleansAsync.Execution;

namespace OrleansAsync.Hosting;

/// <summary>A connection to a cluster for the length of one command: to silos in this process, or to silo processes.</summary>
internal abstract class ClusterSession : IAsyncDisposable
{
    private Telemetry? _telemetry;

    /// <summary>Gets the services of the client.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>Gets the way to grains.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Gets the cluster as one event loop.</summary>
    public IClusterLoop Loop => Services.GetRequiredService<IClusterLoop>();

    /// <summary>Gets whether the cluster has a store, so that what is durable survives its silos.</summary>
    public abstract bool HasStore { get; }

    /// <summary>Gets a task that completes once every silo serves. Of an embedded cluster the first one serves at once, and the others start when this is read, or half a second later.</summary>
    public abstract Task AllSilosServing { get; }

    /// <summary>Opens a session.</summary>
    /// <param name="options">Which cluster.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <returns>The session; disposing it leaves the cluster, and stops the silos if they are embedded.</returns>
    /// <exception cref="ProgramException">The cluster cannot be reached, or started.</exception>
    public static async Task<ClusterSession> OpenAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        var telemetry = Telemetry.Start(options.Telemetry, "orleansasync-client");
        try
        {
            ClusterSession session = options.Target.Mode == ClusterMode.Embedded
                ? await EmbeddedSession.StartAsync(options, cancellationToken)
                : await RemoteSession.ConnectAsync(options, cancellationToken);
            session._telemetry = telemetry;
            return session;
        }
        catch
        {
            telemetry?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _telemetry?.Dispose();
    }

    /// <summary>Leaves the cluster.</summary>
    /// <returns>A task that completes when all is stopped.</returns>
    protected abstract Task CloseAsync();
}
