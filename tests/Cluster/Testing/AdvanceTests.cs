using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Testing;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Cluster.Testing;

/// <summary>A clock that the test moves.</summary>
public sealed class AdvanceTests(VirtualTimeFixture fixture) : IClassFixture<VirtualTimeFixture>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private VirtualTimeCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Time_stands_still_until_it_is_moved()
    {
        var start = Cluster.Time.GetUtcNow();
        var tasks = Enumerable.Range(1, 3).Select(i => Cluster.Loop.CreateTask(new Nap(i * Second, i))).ToArray();
        await Cluster.SettleAsync().Soon();
        Assert.All(tasks, task => Assert.Equal(TaskState.Running, task.State));
        Assert.Equal(start, Cluster.Time.GetUtcNow());

        await Cluster.AdvanceAsync(2 * Second - new TimeSpan(1)).Soon();
        Assert.Equal([true, false, false], tasks.Select(task => task.IsCompleted));
        await Cluster.AdvanceAsync(new TimeSpan(1)).Soon();
        Assert.Equal([true, true, false], tasks.Select(task => task.IsCompleted));
        await Cluster.AdvanceAsync(Second).Soon();
        Assert.Equal(3, tasks[2].Result);
        Assert.Equal(start + 3 * Second, Cluster.Time.GetUtcNow());
    }

    [Fact]
    public async Task Settled_means_that_all_tasks_that_tasks_create_have_come_to_wait()
    {
        var leaves = 0;
        Coroutine<int> Tree(int depth) => Inline.Int(async loop =>
        {
            if (depth > 0) return (await loop.GatherAsync(Tree(depth - 1), Tree(depth - 1))).Sum();
            Interlocked.Increment(ref leaves);
            await loop.SleepAsync(Second);
            return 1;
        });
        var root = Cluster.Loop.CreateTask(Tree(7));
        await Cluster.SettleAsync().Soon();
        Assert.Equal(128, leaves);
        Assert.False(root.IsCompleted);
        await Cluster.AdvanceAsync(Second).Soon();
        Assert.Equal(128, root.Result);
    }

    [Fact]
    public async Task What_happens_on_the_way_sees_its_own_time()
    {
        var start = Cluster.Time.GetUtcNow();
        List<TimeSpan> ticks = [];
        var task = Cluster.Loop.CreateTask(Inline.Do(async loop =>
        {
            for (var i = 0; i < 5; i++)
            {
                // Each is a task on another loop, whose answer must be here before time moves on.
                await loop.CreateTask(new Nap(Second, i));
                ticks.Add(loop.Time.GetUtcNow() - start);
            }
        }));
        await Cluster.AdvanceAsync(60 * Second).Soon();
        Assert.True(task.IsCompleted);
        Assert.Equal(Enumerable.Range(1, 5).Select(i => i * Second), ticks);
        Assert.Equal(start + 60 * Second, Cluster.Time.GetUtcNow());
    }

    [Fact]
    public async Task A_cancel_needs_no_time()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = Cluster.Loop.CreateTask(ClusterTest.Sleeper(started, cleaned));
        await Cluster.SettleAsync().Soon();
        Assert.True(started.IsOpen);
        Assert.True(await task.CancelAsync().Soon());
        await Cluster.SettleAsync().Soon();
        Assert.True(task.IsCanceled);
        Assert.True(cleaned.IsOpen);
    }

    [Fact]
    public async Task The_lease_of_a_vanished_client_is_over_on_time_and_nobody_elses()
    {
        var lease = new EventLoopOptions().ChannelLease;
        var (started, cleaned) = (new Gate(), new Gate());
        var client = Cluster.AddClient();
        _ = client.CreateTask(ClusterTest.Sleeper(started, cleaned));
        var other = Cluster.Loop.CreateTask(new Nap(TimeSpan.FromHours(1), 5));
        await Cluster.AdvanceAsync(TimeSpan.FromMinutes(10)).Soon();
        Assert.Equal((true, false), (started.IsOpen, cleaned.IsOpen));

        Cluster.Vanish(client);
        await Cluster.AdvanceAsync(lease).Soon();
        Assert.False(cleaned.IsOpen);
        await Cluster.AdvanceAsync(new TimeSpan(1)).Soon();
        Assert.True(cleaned.IsOpen);
        await Cluster.AdvanceAsync(TimeSpan.FromHours(1)).Soon();
        Assert.Equal(5, other.Result);
    }

    [Fact]
    public async Task A_vanished_clients_grandchildren_on_all_silos_are_cancelled()
    {
        Gate[] cleaned = [.. Enumerable.Range(0, 8).Select(_ => new Gate())];
        var client = Cluster.AddClient();
        _ = client.CreateTask(Inline.Int(async loop =>
        {
            await loop.GatherAsync(cleaned.Select(gate => ClusterTest.Sleeper(new Gate(), gate)));
            return 0;
        }));
        await Cluster.SettleAsync().Soon();
        Cluster.Vanish(client);
        await Cluster.AdvanceAsync(TimeSpan.FromMinutes(1)).Soon();
        Assert.All(cleaned, gate => Assert.True(gate.IsOpen));
    }

    [Fact]
    public void Only_added_clients_vanish() => Assert.Throws<ArgumentException>(() => Cluster.Vanish(Cluster.Loop));

    [Fact]
    public async Task A_detached_task_sleeps_and_its_result_expires_in_virtual_time()
    {
        var start = Cluster.Time.GetUtcNow();
        var task = await Cluster.RunAsync(async loop =>
        {
            var detached = await loop.CreateDetachedTaskAsync(new Nap(TimeSpan.FromHours(1), 9), new() { Retention = TimeSpan.FromDays(7) });
            Assert.Equal(9, await detached);
            return detached;
        }).Soon();
        Assert.Equal(start + TimeSpan.FromHours(1), Cluster.Time.GetUtcNow());
        await Cluster.AdvanceAsync(TimeSpan.FromDays(7) - Second).Soon();
        var info = await task.GetInfoAsync().Soon();
        // The store keeps milliseconds.
        Assert.InRange(start + TimeSpan.FromHours(1) - info.EndedAt!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        await Cluster.AdvanceAsync(2 * Second).Soon();
        await Assert.ThrowsAsync<DetachedTaskNotFoundException>(() => task.GetInfoAsync().Soon());
    }

    [Fact]
    public async Task Orleans_goes_on_while_time_stands_still()
    {
        var silo = await Cluster.Cluster.StartAdditionalSiloAsync().Soon();
        var start = Cluster.Time.GetUtcNow();
        Assert.Equal(3, await Cluster.RunAsync(new Nap(TimeSpan.FromDays(1), 3)).Soon());
        Assert.Equal(start + TimeSpan.FromDays(1), Cluster.Time.GetUtcNow());
        await Cluster.Cluster.StopSiloAsync(silo).Soon();
    }
}
