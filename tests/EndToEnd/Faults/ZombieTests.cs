using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>A silo that was taken for dead, and goes on.</summary>
public sealed class ZombieTests(ITestOutputHelper output)
{
    [Theory, EveryCluster]
    public async Task A_silo_that_wakes_up_after_it_was_declared_dead_does_no_harm(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var session = await cluster.ConnectAsync();
        ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 2_000).Select(number => session.Loop.CreateTask(
            new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate },
            new TaskOptions { OnLoss = MayRestart(number) ? OnLoss.Restart : OnLoss.Fail }))];
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        var zombie = cluster.Silos[0].Process;
        var had = cluster.Journal.Read().Where(entry => entry.ProcessId == zombie.Id).Select(entry => entry.Number).ToHashSet();

        zombie.Pause();
        await cluster.WaitForAsync(JournalEvent.Started, had.Count(MayRestart), attempt: 1);
        // It wakes up to tasks that may end at once.
        cluster.OpenGate();
        zombie.Continue();
        await FaultRound.WaitForAllAsync(tasks);
        var end = await zombie.WaitForExitAsync();

        output.WriteLine($"it had {had.Count} tasks, and ended with {end.ExitCode}: {end.Error.Split('\n').First(line => line.StartsWith("FATAL", StringComparison.Ordinal))}");
        foreach (var (number, task) in tasks.Index())
        {
            var isLost = had.Contains(number) && !MayRestart(number);
            if (isLost) Assert.IsType<TaskLostException>(task.Exception);
            else Assert.Equal(number, task.Result);
        }
        var starts = cluster.Journal.Read().Where(entry => entry.What == JournalEvent.Started).CountBy(entry => entry.Number).ToDictionary();
        Assert.All(starts, start => Assert.Equal(had.Contains(start.Key) && MayRestart(start.Key) ? 2 : 1, start.Value));
    }

    private static bool MayRestart(long number) => number % 2 == 0;
}
