using System.Diagnostics;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Child processes of silos that end while their children are at work, on an assembly that the silo was given by <c>--load</c>.</summary>
public sealed class ChildProcessTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_child_process_ends_with_its_silo_in_the_middle_of_its_work(bool isKilled)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 1);
        await using var session = await cluster.ConnectAsync();
        _ = session.Loop.CreateTask(new Spin(cluster.JournalFolder));
        await cluster.WaitForAsync(JournalEvent.Started, 1);
        var child = Assert.Single(cluster.Journal.Read()).ProcessId;
        Assert.NotEqual(cluster.Silos[0].Process.Id, child);
        Assert.True(IsRunning(child));
        if (isKilled) await cluster.Silos[0].Process.KillAsync();
        else Assert.Equal(0, (await cluster.Silos[0].Process.TerminateAsync()).ExitCode);
        var start = Stopwatch.GetTimestamp();
        while (IsRunning(child))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < RunningProcess.Patience, $"Child process {child} goes on.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    // One that has ended may stay listed until somebody asks for its exit code.
    private static bool IsRunning(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
