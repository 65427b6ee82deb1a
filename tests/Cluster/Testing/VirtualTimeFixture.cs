using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Testing;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Cluster.Testing;

/// <summary>The cluster in virtual time that these tests share: one after another moves its clock.</summary>
public sealed class VirtualTimeFixture : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public VirtualTimeCluster Cluster { get; private set; } = null!;

    public static Task<VirtualTimeCluster> StartAsync(short silos, bool outsideWorkHoldsTime, TimeSpan patience) => VirtualTimeCluster.StartAsync(new()
    {
        Silos = silos,
        Assemblies = [typeof(VirtualTimeFixture).Assembly, typeof(Nap).Assembly],
        OutsideWorkHoldsTime = outsideWorkHoldsTime,
        Patience = patience,
    });

    public async ValueTask InitializeAsync() => Cluster = await VirtualTimeCluster.StartAsync(new()
    {
        Assemblies = [typeof(VirtualTimeFixture).Assembly, typeof(Nap).Assembly],
        Patience = TimeSpan.FromSeconds(10),
        ConfigureSilo = silo => silo.UseInMemoryReminderService().UseSqliteStore(_data),
    });

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Runs the code of a test as the client or inside a coroutine.</summary>
    public async Task RunAsync(Owner owner, Func<IClusterLoop, Task> test)
    {
        if (owner == Owner.Client) await Cluster.RunAsync(test).Soon();
        else await Cluster.RunAsync(Inline.Do(test)).Soon();
    }
}
