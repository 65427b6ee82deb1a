using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silos that are killed while they run tasks; the client does nothing about it.</summary>
public sealed class LostSiloTests(ITestOutputHelper output)
{
    [Theory, EveryCluster]
    public async Task Every_result_arrives_whichever_two_silos_are_killed_whenever(ClusterKind kind)
    {
        for (var round = 1; round <= FaultRound.Count; round++)
        {
            var fault = new FaultRound(round);
            await using var cluster = await FaultCluster.StartAsync(kind);
            await using var session = await cluster.ConnectAsync();
            var start = TimeProvider.System.GetTimestamp();
            ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 10_000).Select(number =>
                session.Loop.CreateTask(new Work(number) { Nap = fault.Next(TimeSpan.FromSeconds(4)), Children = 1 }))];
            await fault.KillTwoAsync(cluster, TimeSpan.FromSeconds(2));
            var killed = TimeProvider.System.GetTimestamp();
            await fault.WaitAsync(tasks);
            Assert.Equal(Enumerable.Range(0, tasks.Length).Select(number => (long)number), tasks.Select(task => task.Result));
            output.WriteLine($"{fault}: {tasks.Count(task => task.Attempt > 0)} restarted; all results {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after the start, {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after the second kill");
        }
    }

    [Theory, EveryCluster(IsSampled = true)]
    public async Task A_task_that_may_run_once_never_runs_twice(ClusterKind kind)
    {
        for (var round = 1; round <= FaultRound.Count; round++)
        {
            var fault = new FaultRound(round);
            await using var cluster = await FaultCluster.StartAsync(kind);
            await using var session = await cluster.ConnectAsync();
            ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 3_000).Select(number => session.Loop.CreateTask(
                new Work(number) { Journal = cluster.JournalFolder, Nap = fault.Next(TimeSpan.FromSeconds(3)), Children = 1 },
                new TaskOptions { OnLoss = OnLoss.Fail }))];
            // Whenever the kills come, they find tasks that run.
            await cluster.WaitForAsync(JournalEvent.Started, 100);
            await fault.KillTwoAsync(cluster, TimeSpan.FromSeconds(2));
            await fault.WaitAsync(tasks);

            var starts = cluster.Journal.Read().Where(entry => entry is { What: JournalEvent.Started, Number: >= 0 }).ToLookup(entry => entry.Number);
            Assert.DoesNotContain(starts, started => started.Count() > 1);
            Assert.All(tasks.Where(task => task.Exception is not null), task => Assert.IsType<TaskLostException>(task.Exception));
            var results = tasks.Index().Where(task => task.Item.Exception is null).ToArray();
            Assert.All(results, task => Assert.Equal((task.Index, 1), (task.Item.Result, starts[task.Index].Count())));
            Assert.True(results.Length < tasks.Length, $"{fault}: no task was lost");
            output.WriteLine($"{fault}: {tasks.Length - results.Length} lost");
        }
    }

    [Theory, EveryCluster(IsSampled = true)]
    public async Task A_task_that_kills_each_silo_it_gets_stops_at_its_limit(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var session = await cluster.ConnectAsync();
        var killer = session.Loop.CreateTask(new KillSilo(cluster.JournalFolder), new TaskOptions { MaxRestarts = 1 });
        var end = killer.AsTask().WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);
        var lost = await Assert.ThrowsAsync<TaskLostException>(() => end);
        Assert.Contains("restarted 1 times, its MaxRestarts", lost.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1], cluster.Journal.Read().Select(entry => entry.Attempt).Order());
    }

    [Theory, EveryCluster]
    public async Task Tasks_outlive_all_silos_when_new_ones_come(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var session = await cluster.ConnectAsync();
        ClusterTask<long>[] tasks = [.. Enumerable.Range(0, 1_000).Select(number => session.Loop.CreateTask(
            new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate }))];
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        await Task.WhenAll(cluster.Silos.Select(silo => silo.Process.KillAsync()));
        await cluster.StartSilosAsync(3);
        cluster.OpenGate();
        var start = TimeProvider.System.GetTimestamp();
        await FaultRound.WaitForAllAsync(tasks);
        output.WriteLine($"all results {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after new silos served");
        Assert.Equal(Enumerable.Range(0, tasks.Length).Select(number => (long)number), tasks.Select(task => task.Result));
    }
}
