using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansAsync.Crawling;
using OrleansAsync.Execution;

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
        silo.Services.AddOrleansAsyncClient();
        silo.Services.AddCrawling();
        return silo;
    }
}
