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
            TaskScheduler.Default, provider.GetRequiredService<ILogger<TaskOwner>>()));
        services.TryAddSingleton<IClusterLoop>(provider => provider.GetRequiredService<TaskOwner>().Loop);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TaskOwnerService>());
        return services;
    }

    /// <summary>Lets go of the cluster while it can still be reached.</summary>
    private sealed class TaskOwnerService(TaskOwner owner) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => await owner.DisposeAsync();
    }
}
