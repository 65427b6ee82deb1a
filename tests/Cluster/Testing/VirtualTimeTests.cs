using System.Collections.Concurrent;
using OrleansAsync.Tasks;
using OrleansAsync.Testing;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Cluster.Testing;

/// <summary>Runs whose clock moves by itself.</summary>
public sealed class VirtualTimeTests(VirtualTimeFixture fixture) : IClassFixture<VirtualTimeFixture>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private VirtualTimeCluster Cluster => fixture.Cluster;

    private DateTimeOffset Now => Cluster.Time.GetUtcNow();

    [Theory, BothOwners]
    public async Task A_sleep_of_an_hour_moves_the_clock_by_an_hour_exactly(Owner owner)
    {
        var start = Now;
        await fixture.RunAsync(owner, loop => loop.SleepAsync(Hour));
        Assert.Equal(start + Hour, Now);
    }

    [Fact]
    public async Task A_run_returns_what_its_main_coroutine_returns()
    {
        var start = Now;
        Assert.Equal(7, await Cluster.RunAsync(new Nap(Hour, 7)).Soon());
        Assert.Equal(8, await Cluster.RunAsync(async loop => await loop.CreateTask(new Nap(Hour, 8))).Soon());
        Assert.Equal(start + 2 * Hour, Now);
    }

    [Fact]
    public async Task A_run_throws_what_its_code_throws()
    {
        Assert.Equal("wrong", (await Assert.ThrowsAsync<InvalidOperationException>(() => Cluster.RunAsync(ClusterTest.Failing("wrong")).Soon())).Message);
        Assert.Equal("bad", (await Assert.ThrowsAsync<InvalidOperationException>(() => Cluster.RunAsync(async loop =>
        {
            await loop.SleepAsync(Hour);
            throw new InvalidOperationException("bad");
        }).Soon())).Message);
    }

    [Theory, BothOwners]
    public async Task Sleeps_on_all_silos_end_at_their_times_and_in_their_order(Owner owner)
    {
        var start = Now;
        ConcurrentQueue<TimeSpan> woken = [];
        ConcurrentDictionary<object, bool> loops = [];
        int[] minutes = [.. Enumerable.Range(1, 20).Select(i => i * 7 % 20 + 1)];
        await fixture.RunAsync(owner, loop => loop.GatherAsync(minutes.Select(minute => Inline.Int(async body =>
        {
            loops[TaskScheduler.Current] = true;
            await body.SleepAsync(TimeSpan.FromMinutes(minute));
            woken.Enqueue(body.Time.GetUtcNow() - start);
            return 0;
        }))));
        Assert.Equal(minutes.Order().Select(minute => TimeSpan.FromMinutes(minute)), woken);
        Assert.True(loops.Count > 1, "all ran on one loop");
    }

    [Theory, BothOwners]
    public async Task A_chain_of_sleeps_and_tasks_over_silos_adds_up(Owner owner)
    {
        var start = Now;
        await fixture.RunAsync(owner, async loop =>
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(i, await loop.CreateTask(new Nap(TimeSpan.FromSeconds(30), i)));
                await loop.SleepAsync(TimeSpan.FromSeconds(30));
            }
        });
        Assert.Equal(start + TimeSpan.FromMinutes(20), Now);
    }

    [Theory, BothOwners]
    public async Task Timeouts_end_their_blocks_on_time(Owner owner)
    {
        var start = Now;
        await fixture.RunAsync(owner, async loop =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Hour, scope => scope.SleepAsync(2 * Hour)));
            Assert.Equal(start + Hour, loop.Time.GetUtcNow());
            await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(new Nap(2 * Hour, 1), Hour));
            Assert.Equal(start + 2 * Hour, loop.Time.GetUtcNow());
            var task = loop.CreateTask(new Nap(2 * Hour, 1));
            var (done, pending) = await loop.WaitAsync([task], Hour);
            Assert.Equal((0, 1), (done.Count, pending.Count));
            Assert.Equal(start + 3 * Hour, loop.Time.GetUtcNow());
            await Assert.ThrowsAsync<TimeoutException>(async () =>
            {
                await foreach (var ended in loop.AsCompleted([task], TimeSpan.FromMinutes(30))) Assert.Fail($"{ended} has ended");
            });
            Assert.Equal(start + 3.5 * Hour, loop.Time.GetUtcNow());
            Assert.Equal(1, await task);
        });
        Assert.Equal(start + 4 * Hour, Now);
    }

    [Theory, BothOwners]
    public async Task A_timeout_that_is_not_needed_does_not_end_early(Owner owner)
    {
        var start = Now;
        await fixture.RunAsync(owner, async loop =>
        {
            // Work that takes no virtual time takes real messages to and fro, and the clock must not run meanwhile.
            for (var i = 0; i < 100; i++) Assert.Equal(i, await loop.WaitForAsync(new Nap(TimeSpan.Zero, i), TimeSpan.FromMilliseconds(1)));
        });
        Assert.Equal(start, Now);
    }

    [Theory, BothOwners]
    public async Task Cleanup_of_a_timeout_takes_its_time(Owner owner)
    {
        var start = Now;
        await fixture.RunAsync(owner, async loop =>
        {
            var slow = Inline.Int(async body =>
            {
                try
                {
                    await body.SleepAsync(2 * Hour);
                }
                finally
                {
                    await body.SleepAsync(Hour);
                }
                return 0;
            });
            await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(slow, Hour));
        });
        Assert.Equal(start + 2 * Hour, Now);
    }

    [Fact]
    public async Task A_map_runs_its_items_at_the_same_time()
    {
        var start = Now;
        var numbers = await Cluster.RunAsync(async loop =>
        {
            List<long> results = [];
            await foreach (var number in loop.MapAsync(Enumerable.Range(0, 100), i => new Nap(Hour, i), maxInFlight: 100)) results.Add(number);
            return results;
        }).Soon();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), numbers);
        Assert.Equal(start + Hour, Now);
    }

    [Fact]
    public async Task What_main_leaves_running_is_cancelled_without_waiting_for_its_time()
    {
        var (start, cleaned) = (Now, new Gate());
        await Cluster.RunAsync(Inline.Do(async loop =>
        {
            var started = new Gate();
            _ = loop.CreateTask(ClusterTest.Sleeper(started, cleaned));
            await loop.SleepAsync(TimeSpan.FromSeconds(1));
            Assert.True(started.IsOpen);
        })).Soon();
        Assert.True(cleaned.IsOpen);
        Assert.Equal(start + TimeSpan.FromSeconds(1), Now);
    }

    [Fact]
    public async Task A_cancelled_run_cleans_up_in_virtual_time()
    {
        using var stop = new CancellationTokenSource(Hour, Cluster.Time);
        var start = Now;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cluster.RunAsync(loop => loop.SleepAsync(2 * Hour), stop.Token).Soon());
        Assert.Equal(start + Hour, Now);
    }
}
