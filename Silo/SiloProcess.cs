using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;
using OrleansAsync.Execution;
using OrleansAsync.Storage;

namespace OrleansAsync.Hosting;

/// <summary>The life of a silo process: settings, join, serve, leave.</summary>
internal static class SiloProcess
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="given">Settings from the command line, by the names of <see cref="SiloOptions"/>.</param>
    /// <param name="cancellationToken">Stops the silo: it drains, and leaves the cluster.</param>
    /// <returns>The exit code: being stopped is the ordinary end.</returns>
    /// <exception cref="ProgramException">A setting is wrong, a port is taken, or the cluster cannot be joined.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<KeyValuePair<string, string?>> given, CancellationToken cancellationToken)
    {
        try
        {
            await ServeAsync(given, cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop while still joining: Orleans gives up with one exception or another, and there is nothing to drain.
        }

        return ExitCodes.Done;
    }

    private static async Task ServeAsync(IReadOnlyList<KeyValuePair<string, string?>> given, CancellationToken cancellationToken)
    {
        var stdout = Console.Out;
        var builder = CreateBuilder(given);
        var options = ReadOptions(builder.Configuration);
        var target = ReadTarget(options);
        var database = ClusterDatabase.Find(target, options.Data);
        var address = await ReadAddressAsync(options, target, cancellationToken);
        var loaded = options.Load.Select(CoroutineAssembly.Load).ToArray();
        using var telemetry = Telemetry.Start(options.Telemetry, "orleansasync-silo");
        var listening = address is null ? IPAddress.Loopback : IPAddress.Any;
        using var siloPort = HeldPort.Take(listening, options.SiloPort, "--silo-port");
        using var gatewayPort = HeldPort.Take(listening, options.GatewayPort, "--gateway-port");
        using var web = WebListener.Open(options.DashboardPort);

        builder.Logging.AddStderr(options.Verbosity, LogLevel.Warning);
        web.Configure(builder.WebHost);
        builder.Services.AddHealthChecks().AddCheck<SiloHealthCheck>("silo");
        builder.UseOrleans(silo =>
        {
            silo.UseCluster(target, options.Data, siloPort.Number, gatewayPort.Number, address);
            silo.AddOrleansAsync([typeof(Workloads.Nap).Assembly, .. loaded]);
            silo.AddDashboard();
            if (options.Telemetry != TelemetryMode.None)
                silo.AddActivityPropagation();
        });
        await database.EnsureAsync().WaitAsync(cancellationToken);
        await database.BuryCrashedSilosAsync(ClusterBuilderExtensions.ClusterName, cancellationToken);

        await using var app = builder.Build();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteHealthAsync });
        app.MapOrleansDashboard();
        try
        {
            CheckCoroutines(app.Services);
            await app.StartAsync(cancellationToken);
        }
        catch (OptionsValidationException e)
        {
            throw ProgramException.Input($"wrong setting: {string.Join("; ", e.Failures)}", e);
        }

        address ??= IPAddress.Loopback;
        await stdout.WriteLineAsync($"ready silo={address}:{siloPort.Number} gateway={address}:{gatewayPort.Number} dashboard=http://localhost:{web.Port}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static WebApplicationBuilder CreateBuilder(IReadOnlyList<KeyValuePair<string, string?>> given)
    {
        // The settings lie beside the program; the current folder is the caller's, and the data folder relative to it.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(SiloProcess).Assembly.GetName().Name });
        builder.Configuration.AddJsonFile("appsettings.json", optional: true, reloadOnChange: false);
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(given.Select(pair => KeyValuePair.Create($"{SiloOptions.Section}:{pair.Key}", pair.Value)));
        builder.Services.AddRoutingCore();
        // Draining comes first; Orleans takes up to some seconds to leave after it.
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<EventLoopOptions>>((host, loops) => host.ShutdownTimeout = loops.Value.DrainTimeout + TimeSpan.FromSeconds(10));
        // Signals are handled by ConsoleProgram alone.
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        return builder;
    }

    private static SiloOptions ReadOptions(ConfigurationManager configuration)
    {
        try
        {
            var options = new SiloOptions();
            configuration.GetSection(SiloOptions.Section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
            var result = new SiloOptionsValidator().Validate(null, options);
            return result.Failed ? throw ProgramException.Input($"wrong setting: {string.Join("; ", result.Failures)}") : options;
        }
        catch (InvalidOperationException e)
        {
            throw ProgramException.Input($"wrong setting: {e.Message}", e);
        }
    }

    private static ClusterTarget ReadTarget(SiloOptions options)
    {
        if (options.Cluster is null && ClusterTarget.Default is { Mode: ClusterMode.PostgreSql } named)
            return named;
        return ClusterTarget.TryParse(options.Cluster ?? "local")
            ?? throw ProgramException.Input($"'{options.Cluster}' is not a cluster; give --cluster local or --cluster @FILE");
    }

    private static async Task<IPAddress?> ReadAddressAsync(SiloOptions options, ClusterTarget target, CancellationToken cancellationToken)
    {
        if (options.Address is not { } text)
            return null;
        if (target.Mode != ClusterMode.PostgreSql)
            throw ProgramException.Input("--address is for silos of several machines, which need --cluster @FILE; leave it out");
        try
        {
            // Of a name with several addresses the first; Orleans' own listener is for IPv4 here.
            return (await Dns.GetHostAddressesAsync(text, AddressFamily.InterNetwork, cancellationToken))[0];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw ProgramException.Input($"--address '{text}' is no address of IP version 4 and no name that has one: {e.Message}", e);
        }
    }

    // The start does the same, but wraps what goes wrong.
    private static void CheckCoroutines(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<CoroutineRegistry>();
        }
        catch (InvalidOperationException e)
        {
            throw ProgramException.Input($"a coroutine cannot be run: {e.Message}", e);
        }
    }

    private static Task WriteHealthAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsync(string.Join('\n', report.Entries.Values.Select(entry => entry.Description)));
}
