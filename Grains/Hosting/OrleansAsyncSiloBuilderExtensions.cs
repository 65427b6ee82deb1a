using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.RateLimiting;
using OrleansAsync.Crawling;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Executors;
using OrleansAsync.Scenarios;
using OrleansAsync.Storage;
using OrleansAsync.Tasks.Detached;

namespace OrleansAsync.Hosting;

/// <summary>Adds OrleansAsync to a silo.</summary>
public static class OrleansAsyncSiloBuilderExtensions
{
    /// <summary>Adds event loops that run coroutines, crawling, and <see cref="IClusterLoop"/> for grains and services of the silo.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="assemblies">Where to look for coroutine bodies of your own; those of OrleansAsync are always there.</param>
    /// <exception cref="InvalidOperationException">At start: a coroutine has no body, or more than one.</exception>
    public static ISiloBuilder AddOrleansAsync(this ISiloBuilder silo, params Assembly[] assemblies)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(assemblies);
        silo.AddPlacementDirector<EventLoopPlacement, EventLoopPlacementDirector>();
        silo.Services.AddOptions<EventLoopOptions>().BindConfiguration("OrleansAsync:EventLoop").ValidateOnStart();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventLoopOptions>, EventLoopOptionsValidator>());
        silo.Services.AddOptions<CoordinationOptions>().BindConfiguration("OrleansAsync:Coordination").ValidateOnStart();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CoordinationOptions>, CoordinationOptionsValidator>());
        silo.Services.AddOptions<ExecutorOptions>().BindConfiguration("OrleansAsync:Executor").ValidateOnStart();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ExecutorOptions>, ExecutorOptionsValidator>());
        silo.Services.TryAddSingleton<IExecutor, SiloExecutor>();
        // Scenarios hear of what goes wrong in them however quiet the silo's own log is.
        silo.Services.Configure<LoggerFilterOptions>(options => options.AddFilter<ScenarioReports>("OrleansAsync", LogLevel.Warning));
        silo.Services.TryAddSingleton(provider => new CoroutineRegistry([typeof(OrleansAsyncSiloBuilderExtensions).Assembly, .. assemblies], provider));
        // Made at start, so that a missing or doubled body is found then.
        silo.AddStartupTask((provider, _) =>
        {
            provider.GetRequiredService<CoroutineRegistry>();
            return Task.CompletedTask;
        }, ServiceLifecycleStage.First);
        silo.Services.TryAddSingleton<EventLoopDrain>();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, EventLoopDrain>(
            provider => provider.GetRequiredService<EventLoopDrain>()));
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, DetachedCaretaker>());
        silo.Services.TryAddSingleton<SiloLosses>();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, SiloLosses>(
            provider => provider.GetRequiredService<SiloLosses>()));
        silo.Services.AddOrleansAsyncClient();
        silo.Services.AddCrawling();
        return silo;
    }

    /// <summary>Gives the silo a store in a SQLite file, which detached tasks need. The silos of one machine may share it; those of several machines cannot.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="folder">The folder of the file <c>store.db</c>; both are created when something is stored.</param>
    public static ISiloBuilder UseSqliteStore(this ISiloBuilder silo, string folder)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        silo.Services.AddSingleton(_ => StoreFactory.Create(new(ClusterMode.Local), folder));
        return silo;
    }

    /// <summary>Gives the silo a store in a PostgreSQL database, which all silos of the cluster share. Its tables are created when something is stored.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="connectionString">The connection string, as Npgsql takes it.</param>
    public static ISiloBuilder UsePostgreSqlStore(this ISiloBuilder silo, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        silo.Services.AddSingleton<IStore>(provider => new PostgreSqlStore(
            PostgreSqlDatabase.Parse(connectionString, "the connection string of UsePostgreSqlStore"), provider.GetRequiredService<TimeProvider>()));
        return silo;
    }
}
