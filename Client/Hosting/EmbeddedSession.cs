namespace OrleansAsync.Hosting;

/// <summary>A session with a cluster of silos inside this process; the client is that of the first silo.</summary>
internal sealed class EmbeddedSession : ClusterSession
{
    private readonly IHost _first;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task<IHost[]> _others;

    private EmbeddedSession(IHost first, SessionOptions options, MemoryMembershipTable membership)
    {
        _first = first;
        // Not on this thread: building a host takes a good part of its start, and the command can begin meanwhile.
        _others = Task.Run(() => Task.WhenAll(
            Enumerable.Range(1, options.Silos - 1).Select(_ => StartSiloAsync(options, membership, _closing.Token))));
    }

    /// <inheritdoc/>
    public override IServiceProvider Services => _first.Services;

    /// <inheritdoc/>
    public override Task AllSilosServing => _others;

    /// <summary>Starts the cluster.</summary>
    /// <param name="options">How many silos, and where they keep data.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The session, as soon as the first silo serves.</returns>
    public static async Task<ClusterSession> StartAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        var membership = new MemoryMembershipTable();
        return new EmbeddedSession(await StartSiloAsync(options, membership, cancellationToken), options, membership);
    }

    /// <inheritdoc/>
    protected override async Task CloseAsync()
    {
        await _closing.CancelAsync();
        IHost[] others = [];
        try
        {
            others = await _others;
        }
        catch (Exception)
        {
            // A silo that had not yet joined goes with the process; its error was the command's if the command asked for all silos.
        }

        await Task.WhenAll(others.Append(_first).Select(StopAsync));
        _closing.Dispose();
    }

    private static async Task<IHost> StartSiloAsync(SessionOptions options, MemoryMembershipTable membership, CancellationToken cancellationToken)
    {
        using var port = LoopbackPort.Take(null, "");
        // Empty: the embedded cluster takes its settings from the command line alone, and starts without reading files.
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Logging.AddStderr(options.Verbosity);
        if (options.Verbosity == Verbosity.Normal)
            builder.Logging.AddFilter("Orleans", LogLevel.Error);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.UseOrleans(silo =>
        {
            // No gateway: the only client is in the process.
            silo.UseClusterDefaults(port.Number, gatewayPort: 0);
            silo.Services.AddSingleton<IMembershipTable>(membership);
            silo.AddOrleansAsync(typeof(Workloads.Nap).Assembly);
            if (options.Telemetry != TelemetryMode.None)
                silo.AddActivityPropagation();
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private static async Task StopAsync(IHost host)
    {
        using (host)
            await host.StopAsync();
    }
}
