using System.Globalization;
using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Semaphores and durable queues while clients and silos are killed at random moments, again and again.</summary>
public sealed class LostHolderTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    // What a lost silo takes to be noticed and its grains to answer again, on a busy machine.
    private static readonly TimeSpan Detection = TimeSpan.FromSeconds(20);

    /// <summary>How long processes are killed: a few seconds, or as many as <c>ORLEANSASYNC_FAULT_SECONDS</c> says.</summary>
    private static TimeSpan Duration =>
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("ORLEANSASYNC_FAULT_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 12);

    [Theory, EveryCluster]
    public async Task No_slot_has_two_holders_and_no_item_is_lost_or_done_twice_whoever_is_killed_whenever(ClusterKind kind)
    {
        await using var resource = new FencedResource();
        await using var cluster = await FaultCluster.StartAsync(kind, settings: ("ORLEANSASYNC__COORDINATION__LEASEDURATION", Lease.ToString()));
        await using var session = await cluster.ConnectAsync();
        var round = new FaultRound(1);
        var queue = Hold.Queue(session.Loop);
        // Two processes, and coroutines on all silos, that start again where theirs are lost.
        List<RunningProcess> holders = [cluster.StartHolder(resource.Port), cluster.StartHolder(resource.Port)];
        ClusterTask[] tasks = [.. Enumerable.Range(0, 6).Select(_ => session.Loop.CreateTask(new Hold(resource.Port, cluster.Gate, Works: true), new TaskOptions { MaxRestarts = 1000 }))];
        var put = 0L;
        var kills = 0;
        var start = TimeProvider.System.GetTimestamp();
        var putting = PutAsync();
        while (TimeProvider.System.GetElapsedTime(start) < Duration)
        {
            // The moment is the fault that is tested, not something waited for.
            await Task.Delay(TimeSpan.FromSeconds(1) + round.Next(TimeSpan.FromSeconds(3)), TestContext.Current.CancellationToken);
            if (++kills % 3 == 0)
            {
                var living = cluster.Silos.Where(silo => !silo.Process.HasExited).ToArray();
                await living[(int)(round.Next(TimeSpan.FromTicks(living.Length)).Ticks % living.Length)].Process.KillAsync();
                await cluster.StartSilosAsync(1);
            }
            else
            {
                await holders[kills % 2].KillAsync();
                holders[kills % 2] = cluster.StartHolder(resource.Port);
            }
        }
        var entered = resource.Entered;
        await putting.WaitAsync(Lease + Detection + RunningProcess.Patience, TestContext.Current.CancellationToken);
        // All permits are back with the living: as many enter as before, and every item is done.
        await queue.JoinAsync(TestContext.Current.CancellationToken).WaitAsync(Lease + Detection + RunningProcess.Patience, TestContext.Current.CancellationToken);
        cluster.OpenGate();
        await FaultRound.WaitForAllAsync(tasks, round.ToString());
        foreach (var holder in holders) Assert.Equal(0, (await holder.WaitForExitAsync()).ExitCode);
        var leases = await Task.WhenAll(Enumerable.Range(0, Hold.Permits).Select(_ => Hold.Semaphore(session.Loop).AcquireAsync(TestContext.Current.CancellationToken)))
            .WaitAsync(Lease + Detection, TestContext.Current.CancellationToken);

        var (worked, done) = resource.Items;
        output.WriteLine($"{kills} kills, {resource.Entered} uses, {resource.Refused} refused, longest gap {resource.LongestGap.TotalSeconds:0.0} s, {put} items, {worked.Values.Sum() - worked.Count} delivered again");
        Assert.Empty(resource.Violations);
        Assert.Equal([0, 1, 2], leases.Select(lease => lease.Slot).Order());
        Assert.Equal(Enumerable.Range(1, (int)put).Select(item => (long)item), worked.Keys.Order());
        Assert.All(done, item => Assert.Equal(1, item.Value));
        Assert.True(entered > 50, $"only {entered} uses");
        Assert.True(resource.LongestGap < Lease + Detection, $"a permit was away for {resource.LongestGap}");

        async Task PutAsync()
        {
            while (TimeProvider.System.GetElapsedTime(start) < Duration)
            {
                await queue.PutManyAsync(Enumerable.Range(0, 5).Select(_ => ++put).ToArray(), TestContext.Current.CancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
            }
        }
    }
}
