using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Serialization;
using Orleans.TestingHost;
using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Testing;

/// <summary>A cluster inside a test whose sleeps, timeouts and leases take no time: its clock moves only by the test, and only while everything waits.</summary>
/// <remarks>
/// <para><b>asyncio:</b> has none in its library; Trio's <c>MockClock</c> and kotlinx.coroutines' <c>runTest</c> do this for one loop.</para>
/// <para><b>Cluster:</b> the silos are real, in this process, and Orleans itself lives in real time: membership, response timeouts, reminders, timers of grains. What is
/// due at different times happens in that order, over all silos, and is over before time moves on; what is due at the same time happens in any order.</para>
/// </remarks>
public sealed partial class VirtualTimeCluster : IAsyncDisposable
{
    private readonly VirtualTimeOptions _options;
    private readonly VirtualTime _time;
    private readonly CallCounter _calls = new();
    private readonly List<TaskOwner> _clients = [];
    private readonly ConcurrentDictionary<string, bool> _silent = [];
    private int _codeRunning;

    private VirtualTimeCluster(VirtualTimeOptions options)
    {
        (_options, _time) = (options, new VirtualTime(options.StartTime, options.OutsideWorkHoldsTime, _calls));
        var builder = new InProcessTestClusterBuilder(options.Silos);
        builder.Options.ConfigureFileLogging = false;
        var primitives = new InProcessPrimitives();
        builder.ConfigureSilo((_, silo) =>
        {
            Configure(silo.Services);
            silo.Services.AddSingleton(primitives);
            silo.AddOrleansAsync([.. options.Assemblies]);
            options.ConfigureSilo?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
        {
            Configure(client.Services);
            client.Services.AddSingleton(provider => NewOwner(provider, isTested: true));
            client.Services.AddOrleansAsyncClient();
            options.ConfigureClient?.Invoke(client);
        });
        Cluster = builder.Build();
    }

    /// <summary>Gets Orleans' test cluster, for its silos and their services.</summary>
    public InProcessTestCluster Cluster { get; }

    /// <summary>Gets the cluster as the client sees it.</summary>
    public IClusterLoop Loop => Client.Loop;

    /// <summary>Gets the clock. To move it, <see cref="AdvanceAsync"/> is better than its own methods, which wait for nobody.</summary>
    public FakeTimeProvider Time => _time;

    private TaskOwner Client => Cluster.Client.ServiceProvider.GetRequiredService<TaskOwner>();

    /// <summary>Starts a cluster.</summary>
    /// <param name="options">What it consists of.</param>
    public static async Task<VirtualTimeCluster> StartAsync(VirtualTimeOptions? options = null)
    {
        var cluster = new VirtualTimeCluster(options ?? new());
        try
        {
            await cluster.Cluster.DeployAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program, as <c>asyncio.run</c> does; whenever all wait, time moves on to what is due next.</summary>
    /// <param name="main">The main coroutine.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="InvalidOperationException">All wait, and nothing is due: without time limits the run would hang for ever.</exception>
    /// <exception cref="TimeoutException">The cluster did not settle in <see cref="VirtualTimeOptions.Patience"/>; or the program threw it.</exception>
    public Task<TResult> RunAsync<TResult>(Coroutine<TResult> main, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        return DriveAsync(() => Loop.RunAsync(main, cancellationToken), cancellationToken);
    }

    /// <inheritdoc cref="RunAsync{TResult}(Coroutine{TResult}, CancellationToken)"/>
    public Task RunAsync(Coroutine main, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(main);
        return DriveAsync(
            async () =>
            {
                await Loop.RunAsync(main, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Runs code of the test as the client; whenever it and all tasks wait, time moves on to what is due next.</summary>
    /// <param name="code">The code. It runs in turns of its own, and shall await nothing but verbs and handles of its loop.</param>
    /// <param name="cancellationToken">Cancels what the code awaits. Tasks that it leaves running go on.</param>
    /// <inheritdoc cref="RunAsync{TResult}(Coroutine{TResult}, CancellationToken)" path="/exception"/>
    public Task<TResult> RunAsync<TResult>(Func<IClusterLoop, Task<TResult>> code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        return DriveAsync(
            async () =>
            {
                var scope = new LoopScope(null, Client.Loop, AwaitKind.Other);
                ClusterLoop.Current = scope;
                Interlocked.Increment(ref _codeRunning);
                try
                {
                    await using var registration = cancellationToken.Register(() => scope.Cancel(null));
                    return await code(scope);
                }
                finally
                {
                    Interlocked.Decrement(ref _codeRunning);
                }
            },
            cancellationToken);
    }

    /// <inheritdoc cref="RunAsync{TResult}(Func{IClusterLoop, Task{TResult}}, CancellationToken)"/>
    public Task RunAsync(Func<IClusterLoop, Task> code, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        return RunAsync(
            async loop =>
            {
                await code(loop);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Adds another client, as another process would be one.</summary>
    public IClusterLoop AddClient()
    {
        var client = NewOwner(Cluster.Client.ServiceProvider);
        lock (_clients) _clients.Add(client);
        return client.Loop;
    }

    /// <summary>Makes a client fall silent, as if its process were killed: when its lease is over, its tasks are cancelled. Its handles are of no use any more.</summary>
    /// <param name="client">A client that <see cref="AddClient"/> made.</param>
    /// <exception cref="ArgumentException">It is none of those.</exception>
    public void Vanish(IClusterLoop client)
    {
        ArgumentNullException.ThrowIfNull(client);
        TaskOwner? owner;
        lock (_clients) owner = _clients.Find(owner => owner.Loop == client);
        if (owner is null) throw new ArgumentException("Only a client that AddClient made can vanish.", nameof(client));
        _silent[owner.Id] = true;
        owner.Abandon();
    }

    /// <summary>Stops the cluster; what still runs is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        using var stopped = new CancellationTokenSource();
        // Whatever stops may wait for time.
        var clock = MoveAsync(stopped.Token);
        foreach (var client in _clients) await client.DisposeAsync();
        await Cluster.DisposeAsync();
        await stopped.CancelAsync();
        await clock.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _driver.Dispose();
    }

    private async Task MoveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    private void Configure(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(_time);
        // Orleans takes the clock of each of its areas from the same services by a key; all that must go on in real time.
        services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        services.AddSingleton<IOutgoingGrainCallFilter>(_calls);
        services.AddSingleton(provider => NewOwner(provider));
    }

    private TaskOwner NewOwner(IServiceProvider services, bool isTested = false)
    {
        var turns = new Turns();
        var owner = new TaskOwner(
            OwnerIds.NewClient(), isLoop: false, services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<Serializer>(), _time,
            turns, services.GetRequiredService<ILogger<TaskOwner>>());
        turns.Activity = time => isTested && _codeRunning > 0 && !time.IsWaiting(owner.Loop)
            ? "the code given to RunAsync awaits something other than time and tasks"
            : owner.FindActivity();
        _time.Add(turns);
        return owner;
    }
}
