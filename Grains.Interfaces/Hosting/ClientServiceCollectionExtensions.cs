using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using OrleansAsync.Execution;

namespace OrleansAsync.Hosting;

/// <summary>Adds OrleansAsync to a program that uses a cluster.</summary>
public static class ClientServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IClusterLoop"/> for a program with an Orleans client. Silos have it by <c>AddOrleansAsync</c>.</summary>
    /// <param name="services">The services that also hold the Orleans client.</param>
    /// <remarks>When the host stops, what the program's tasks still run in the cluster is cancelled.</remarks>
    public static IServiceCollection AddOrleansAsyncClient(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new TaskOwner(
            OwnerIds.NewClient(), isLoop: false,
            provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<Serializer>(), provider.GetRequiredService<TimeProvider>(),
            TaskScheduler.Default, provider.GetRequiredService<ILogger<TaskOwner>>())
        {
            IsDebug = DebugMode.IsRequested,
        });
        services.TryAddSingleton<IClusterLoop>(provider => provider.GetRequiredService<TaskOwner>().Loop);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TaskOwnerService>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IClusterConnectionStatusObserver, GatewayObserver>());
        return services;
    }

    /// <summary>
    /// Tells of a lost gateway: Orleans never answers the calls that were on their way through it, and they would be repeated only after their
    /// timeouts. Resolves the owner late, as the client is made with its observers, and the owner with the client.
    /// </summary>
    private sealed class GatewayObserver(IServiceProvider services) : IClusterConnectionStatusObserver
    {
        public void NotifyClusterConnectionLost() { }

        public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
        {
            if (currentNumberOfGateways < previousNumberOfGateways) services.GetRequiredService<TaskOwner>().OnConnectionLost();
        }
    }

    /// <summary>Lets go of the cluster while it can still be reached.</summary>
    private sealed class TaskOwnerService(TaskOwner owner) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => await owner.DisposeAsync();
    }
}
