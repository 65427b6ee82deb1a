using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos that clients reach others through.</summary>
public sealed class GatewayTests(ITestOutputHelper output)
{
    // Half the timeout of the polls that are out through the lost gateway.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(7.5);

    [Theory, EveryCluster(IsSampled = true)]
    public async Task Results_from_other_silos_do_not_wait_for_a_lost_gateway(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind, silos: 1);
        var gateway = cluster.Silos[0].Process;
        using var client = await ConnectToFirstAsync(cluster);
        await cluster.StartSilosAsync(2);
        var loop = client.Services.GetRequiredService<IClusterLoop>();
        ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 600).Select(number => loop.CreateTask(new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate }))];
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        ClusterTask<long>[] elsewhere = [.. cluster.Journal.Read().Where(entry => entry.ProcessId != gateway.Id).Select(entry => tasks[entry.Number])];
        Assert.InRange(elsewhere.Length, 1, tasks.Length - 1);

        await gateway.KillAsync();
        var start = TimeProvider.System.GetTimestamp();
        cluster.OpenGate();
        await FaultRound.WaitForAllAsync(elsewhere);
        var taken = TimeProvider.System.GetElapsedTime(start);
        await FaultRound.WaitForAllAsync(tasks);

        output.WriteLine($"others' {elsewhere.Length} results {taken.TotalSeconds:0.0} s after the kill, all {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
        Assert.Equal(Enumerable.Range(0, tasks.Length).Select(number => (long)number), tasks.Select(task => task.Result));
        Assert.True(taken < Limit, $"results of silos that live came after {taken}");
        await client.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A client that knows only the silo that is there now, until it is lost: everything goes through that one.</summary>
    private static async Task<IHost> ConnectToFirstAsync(FaultCluster cluster)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            cluster.Configure(client);
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromHours(1));
            client.Services.AddOrleansAsyncClient();
        });
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}
