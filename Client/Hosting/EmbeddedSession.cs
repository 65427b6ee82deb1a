using System.Net;
using OrleansAsync.Coordination;
using OrleansAsync.Crawling;
using OrleansAsync.Execution;
using OrleansAsync.Storage;

namespace OrleansAsync.Hosting;

/// <summary>A session with a cluster of silos inside this process; the client is that of the first silo.</summary>
internal sealed class EmbeddedSession : ClusterSession
{
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(10);

    // Starting a silo costs most of a second of one core. Whoever needs only one gets the first answer that much sooner.
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(500);

    private readonly IHost _first;
    private readonly TaskCompletionSource _allWanted = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Task<IHost[]> _others;

    private readonly IStore _store;

    private EmbeddedSession(IHost first, SessionOptions options, Shared shared, IStore store)
    {
        (_first, _store) = (first, store);
        _others = StartOthersAsync(options, shared);
    }

    /// <inheritdoc/>
    public override IServiceProvider Services => _first.Services;

    /// <inheritdoc/>
    public override bool HasStore => false;

    /// <inheritdoc/>
    public override Task AllSilosServing
    {
        get
        {
            _allWanted.TrySetResult();
            return _others;
        }
    }

    /// <summary>Starts the cluster.</summary>
    /// <param name="options">How many silos, and where they keep data.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The session, as soon as the first silo serves. The others start when all are asked for, or half a second later.</returns>
    public static async Task<ClusterSession> StartAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        // The file is opened by the first crawl. Others may share it: each process is a cluster of its own.
        var store = StoreFactory.Create(options.Target, options.DataFolder);
        try
        {
            var shared = new Shared(new MemoryMembershipTable(), new InProcessPrimitives(), new CrawlStore(store, $"embedded-{Guid.NewGuid():N}"));
            return new EmbeddedSession(await StartSiloAsync(options, shared, cancellationToken), options, shared, store);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task CloseAsync()
    {
        IHost[] others = [];
        try
        {
            await _closing.CancelAsync();
            // A silo stopped in the middle of joining takes seconds to give up; joining takes a few hundred milliseconds.
            _givingUp.CancelAfter(JoinPatience);
            others = await _others;
        }
        catch (Exception)
        {
            // The command ended before the others were started; or one failed, which was the command's error if it asked for all silos.
        }

        // The command's tasks are cancelled, and clean up, while all silos serve.
        await Services.GetRequiredService<TaskOwner>().DisposeAsync();
        // One after the other, a tenth of a second each: a leaving silo tells the rest, and waits up to three seconds for one that leaves too.
        foreach (var host in others.Append(_first))
            await StopAsync(host);
        await _store.DisposeAsync();
        _closing.Dispose();
        _givingUp.Dispose();
    }

    private async Task<IHost[]> StartOthersAsync(SessionOptions options, Shared shared)
    {
        await Task.WhenAny(_allWanted.Task, Task.Delay(HeadStart, _closing.Token));
        _closing.Token.ThrowIfCancellationRequested();
        // Not on this thread: building a host takes a good part of its start, and the command goes on meanwhile.
        return await Task.WhenAll(Enumerable.Range(1, options.Silos - 1)
            .Select(_ => Task.Run(() => StartSiloAsync(options, shared, _givingUp.Token))));
    }

    private static async Task<IHost> StartSiloAsync(SessionOptions options, Shared shared, CancellationToken cancellationToken)
    {
        using var port = HeldPort.Take(IPAddress.Loopback, null, "");
        // Empty: the embedded cluster takes its settings from the command line alone, and starts without reading files.
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Logging.AddStderr(options.Verbosity, LogLevel.Critical);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.UseOrleans(silo =>
        {
            // No gateway: the only client is in the process.
            silo.UseClusterDefaults(port.Number, gatewayPort: 0);
            silo.Services.AddSingleton<IMembershipTable>(shared.Membership);
            silo.Services.AddSingleton(shared.Primitives);
            silo.Services.AddSingleton(shared.Crawls);
            // No store but for crawls, and so no detached tasks: several such processes at once on one data folder would take them from each other.
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

    /// <summary>What the silos of this process have in common.</summary>
    private sealed record Shared(MemoryMembershipTable Membership, InProcessPrimitives Primitives, CrawlStore Crawls);
}
