using System.Text.Json;
using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Durable tasks while the processes that created and run them are killed.</summary>
public sealed class DetachedTaskTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EveryCluster]
    public async Task All_results_are_there_after_the_death_of_every_process(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        string[] ids;
        await using (var session = await cluster.ConnectAsync())
        {
            // Some have ended and some are running when everything dies.
            var tasks = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(number => session.Loop.CreateDetachedTaskAsync(
                new Work(number) { Journal = cluster.JournalFolder, Gate = number % 2 == 0 ? null : cluster.Gate, Children = 1 })));
            ids = [.. tasks.Select(task => task.Id)];
            await cluster.WaitForAsync(JournalEvent.Started, 2_000);
            await Task.WhenAll(cluster.Silos.Select(silo => silo.Process.KillAsync()));
        }

        var start = TimeProvider.System.GetTimestamp();
        await cluster.StartSilosAsync(3);
        cluster.OpenGate();
        // No client asks for them.
        await cluster.WaitForAsync(JournalEvent.Ended, 500, attempt: 1);
        output.WriteLine($"all ended {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after the start of new silos");
        await using var next = await cluster.ConnectAsync();
        var results = await Task.WhenAll(ids.Select(id => next.Loop.GetDetachedTask<long>(id).WaitAsync(Cancel)));
        Assert.Equal(Enumerable.Range(0, ids.Length).Select(number => (long)number), results);

        var shown = cluster.StartCommand("result", ids[7], "--format", "json");
        var end = await shown.WaitForExitAsync();
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        var line = JsonDocument.Parse(end.Out).RootElement;
        Assert.Equal((ids[7], "oa.faults.work", "done", 7), (
            line.GetProperty("id").GetString(), line.GetProperty("coroutine").GetString(), line.GetProperty("state").GetString(), line.GetProperty("result").GetInt64()));
    }

    [Theory, EveryCluster]
    public async Task Tasks_of_a_killed_silo_run_again_elsewhere_unless_they_may_not(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        await using var session = await cluster.ConnectAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 300).Select(number => session.Loop.CreateDetachedTaskAsync(
            new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate },
            (number % 3) switch
            {
                0 => new DetachedTaskOptions { MaxRestarts = 1 },
                1 => new DetachedTaskOptions { MaxRestarts = 0 },
                _ => new DetachedTaskOptions { OnLoss = OnLoss.Fail },
            })));
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        var victim = cluster.Silos[1].Process;
        var had = cluster.Journal.Read().Where(entry => entry.ProcessId == victim.Id).Select(entry => entry.Number).ToHashSet();
        Assert.InRange(had.Count, 1, tasks.Length - 1);

        await victim.KillAsync();
        await cluster.WaitForAsync(JournalEvent.Started, had.Count(MayRestart), attempt: 1);
        cluster.OpenGate();
        foreach (var (number, task) in tasks.Index())
        {
            var end = task.WaitAsync(Cancel).WaitAsync(RunningProcess.Patience, Cancel);
            if (!had.Contains(number) || MayRestart(number)) Assert.Equal(number, await end);
            else Assert.Contains(task.Id, (await Assert.ThrowsAsync<TaskLostException>(() => end)).Message, StringComparison.Ordinal);
        }
        var starts = cluster.Journal.Read().Where(entry => entry.What == JournalEvent.Started).CountBy(entry => entry.Number).ToDictionary();
        Assert.All(starts, start => Assert.Equal(had.Contains(start.Key) && MayRestart(start.Key) ? 2 : 1, start.Value));
    }

    [Theory, EveryCluster(IsSampled = true)]
    public async Task A_rolling_restart_counts_no_restart(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind, silos: 2);
        await using var session = await cluster.ConnectAsync();
        var tasks = await Task.WhenAll(Enumerable.Range(0, 300).Select(number => session.Loop.CreateDetachedTaskAsync(
            new Work(number) { Journal = cluster.JournalFolder, Gate = cluster.Gate }, new DetachedTaskOptions { MaxRestarts = 0 })));
        await cluster.WaitForAsync(JournalEvent.Started, tasks.Length);
        foreach (var silo in cluster.Silos.ToArray())
        {
            await cluster.StartSilosAsync(1);
            Assert.Equal(0, (await silo.Process.TerminateAsync()).ExitCode);
        }

        cluster.OpenGate();
        var results = await Task.WhenAll(tasks.Select(task => task.WaitAsync(Cancel))).WaitAsync(RunningProcess.Patience, Cancel);
        Assert.Equal(Enumerable.Range(0, tasks.Length).Select(number => (long)number), results);
    }

    [Fact]
    public async Task What_became_of_a_task_is_shown_by_its_id()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 1);
        await using var session = await cluster.ConnectAsync();
        var done = await session.Loop.CreateDetachedTaskAsync(new Work(42), cancellationToken: Cancel);
        var running = await session.Loop.CreateDetachedTaskAsync(new Work(1) { Gate = cluster.Gate }, cancellationToken: Cancel);
        var canceled = await session.Loop.CreateDetachedTaskAsync(new Work(2) { Gate = cluster.Gate }, cancellationToken: Cancel);
        await canceled.CancelAsync("enough", Cancel);

        Assert.Equal(new(0, "42\n", ""), await ShowAsync(done.Id, "--wait", "--forget"));
        Assert.Equal(new(2, "", $"oa: There is no detached task {done.Id}: it was never created, was forgotten, or its result has expired\n"), await ShowAsync(done.Id));
        Assert.Equal(new(1, $"{running.Id} is still running, attempt 0; --wait waits for its end\n", ""), await ShowAsync(running.Id));
        Assert.Equal(new(1, $"{canceled.Id} was cancelled: enough\n", ""), await ShowAsync(canceled.Id, "--wait"));
        Assert.Equal(new(2, "", "oa: 'c1.2' is no id of a detached task; give one such as d07.4503599627370; see oa result --help\n"), await ShowAsync("c1.2"));

        async Task<ProcessResult> ShowAsync(params string[] args)
        {
            return await cluster.StartCommand(["result", .. args]).WaitForExitAsync();
        }
    }

    [Fact]
    public async Task An_embedded_cluster_has_none()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            new(2, "", "oa: result looks into a running cluster; give --cluster local or --cluster @FILE\n"),
            await Processes.RunClientAsync(folder, "result", "d07.1"));
    }

    private static bool MayRestart(long number) => number % 3 == 0;
}
