using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos that are told to stop while they run tasks.</summary>
public sealed class LeavingSiloTests(ITestOutputHelper output)
{
    [Theory, EveryCluster(IsSampled = true)]
    public async Task A_rolling_restart_costs_no_result_and_counts_no_restart(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var session = await cluster.ConnectAsync();
        ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 2_000).Select(number => session.Loop.CreateTask(
            new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate },
            new TaskOptions { MaxRestarts = 0 }))];
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        foreach (var silo in cluster.Silos.ToArray())
        {
            await cluster.StartSilosAsync(1);
            var start = TimeProvider.System.GetTimestamp();
            var end = await silo.Process.TerminateAsync();
            output.WriteLine($"silo {silo.Address} left after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");
            Assert.Equal(0, end.ExitCode);
        }

        cluster.OpenGate();
        await FaultRound.WaitForAllAsync(tasks);
        Assert.Equal(Enumerable.Range(0, tasks.Length).Select(number => (long)number), tasks.Select(task => task.Result));
    }
}
