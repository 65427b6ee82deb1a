using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Workloads;

[assembly: AssemblyFixture(typeof(OrleansAsync.Tests.Cluster.ClusterFixture))]

namespace OrleansAsync.Tests.Cluster;

/// <summary>The two silos all semantic tests share; each test has its own tasks, so none sees another.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public ClusterFixture() => Cluster = Build(2, silo => silo.UseInMemoryReminderService().UseSqliteStore(_data)).Build();

    public InProcessTestCluster Cluster { get; }

    /// <summary>The cluster as a client sees it.</summary>
    public IClusterLoop Client => Loop(Cluster.Client.ServiceProvider);

    /// <summary>The cluster as a service inside a silo sees it.</summary>
    public IClusterLoop Silo => Loop(Cluster.Silos[0].ServiceProvider);

    public static InProcessTestClusterBuilder Build(short silos, Action<ISiloBuilder>? configure = null)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddOrleansAsync(typeof(ClusterFixture).Assembly, typeof(Nap).Assembly);
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client => client.Services.AddOrleansAsyncClient());
        return builder;
    }

    public static IClusterLoop Loop(IServiceProvider services) => services.GetRequiredService<IClusterLoop>();

    public async ValueTask InitializeAsync() => await Cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
