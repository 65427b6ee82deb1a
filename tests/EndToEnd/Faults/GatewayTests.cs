using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos that clients reach others through.</summary>
public sealed class GatewayTests(ITestOutputHelper output)
{
    // Half the timeout of the poll that was out through the lost gateway.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(7.5);

    [Theory, EveryCluster]
    public async Task Results_from_other_silos_do_not_wait_for_a_lost_gateway(ClusterKind kind)
    {
        // A client takes gateways in turn for the loops it talks to: of so many, each silo has some of the others'.
        await using var cluster = await FaultCluster.StartAsync(kind, ("ORLEANSASYNC__EVENTLOOP__LOOPSPERSILO", "8"));
        await using var session = await cluster.ConnectAsync();
        ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 600).Select(number => session.Loop.CreateTask(
            new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate }))];
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        var lost = cluster.Silos[0].Process;
        ClusterTask<long>[] elsewhere = [.. cluster.Journal.Read().Where(entry => entry.ProcessId != lost.Id).Select(entry => tasks[entry.Number])];
        Assert.NotEmpty(elsewhere);

        await lost.KillAsync();
        cluster.OpenGate();
        var start = TimeProvider.System.GetTimestamp();
        await FaultRound.WaitForAllAsync(elsewhere);
        var taken = TimeProvider.System.GetElapsedTime(start);
        await FaultRound.WaitForAllAsync(tasks);

        output.WriteLine($"others' results {taken.TotalSeconds:0.0} s after the kill, all {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
        Assert.Equal(Enumerable.Range(0, tasks.Length).Select(number => (long)number), tasks.Select(task => task.Result));
        Assert.True(taken < Limit, $"results of silos that live came after {taken}");
    }
}
