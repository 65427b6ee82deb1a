using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans.TestingHost;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;
using OrleansAsync.Tests.Cluster.Testing;

namespace OrleansAsync.Tests.Cluster.Execution;

/// <summary>Executors that are full, or whose silo leaves: clusters of their own, with a thread or two for each silo.</summary>
public sealed class ExecutorClusterTests(ITestOutputHelper output)
{
    [Fact]
    public async Task While_all_threads_of_all_silos_block_no_loop_is_held_up()
    {
        await using var cluster = await StartAsync(threads: 2);
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var keys = (await loop.GetLoopsAsync()).Select(info => info.Loop).ToHashSet();
        var idle = await MeasureLagAsync(keys, times: 2);
        var (gate, running) = (new Gate(), new CountdownEvent(4));
        ClusterTask<int>[] calls = [.. Enumerable.Range(0, 12).Select(i => loop.CreateTask(Blocking.Int(_ =>
        {
            if (!running.IsSet) running.Signal();
            gate.Block();
            return i;
        })))];
        await Patience.Until(() => running.IsSet);
        var start = Stopwatch.GetTimestamp();
        var others = await loop.GatherAsync(Enumerable.Range(0, 400).Select(i => Inline.Int(async body =>
        {
            await body.SleepAsync(TimeSpan.Zero);
            return i;
        }))).Soon();
        Assert.Equal(Enumerable.Range(0, 400), others);
        // Once a second: five seconds in which the calls block.
        var blocked = await MeasureLagAsync(keys, times: 6);
        var elapsed = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"lag of the loops: idle {idle.TotalMilliseconds:0.0} ms, with all threads blocked for {elapsed.TotalSeconds:0.0} s {blocked.TotalMilliseconds:0.0} ms");
        // A loop that was held up would be behind by all that time.
        Assert.True(blocked < idle + elapsed / 2, $"A loop was {blocked} behind after {elapsed}; when all was idle {idle}.");
        Assert.All(await loop.GetLoopsAsync(), info => Assert.True(info.Lag < idle + elapsed / 2, $"{info.Loop} is {info.Lag} behind after {elapsed}."));
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        gate.Open();
        Assert.Equal(Enumerable.Range(0, 12), await loop.GatherAsync(calls).Soon());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_for_a_thread_never_runs()
    {
        await using var cluster = await StartAsync(threads: 1);
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, running, ran) = (new Gate(), new CountdownEvent(2), 0);
        ClusterTask<int>[] blocked = [.. Enumerable.Range(0, 8).Select(i => loop.CreateTask(Blocking.Int(_ =>
        {
            if (!running.IsSet) running.Signal();
            gate.Block();
            return i;
        })))];
        await Patience.Until(() => running.IsSet);
        ClusterTask<int>[] waiting = [.. Enumerable.Range(0, 8).Select(_ => loop.CreateTask(Blocking.Int(_ => Interlocked.Increment(ref ran))))];
        await Patience.Until(() => waiting.All(task => task.State == TaskState.Running));
        foreach (var task in waiting) Assert.True(await task.CancelAsync().Soon());
        foreach (var task in waiting) await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        gate.Open();
        Assert.Equal(Enumerable.Range(0, 8), await loop.GatherAsync(blocked).Soon());
        Assert.Equal(0, ran);
    }

    [Fact]
    public async Task A_silo_that_leaves_hands_back_what_waits_and_waits_for_what_runs()
    {
        await using var cluster = await StartAsync(threads: 1);
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, running, runs) = (new Gate(), new CountdownEvent(2), new int[8]);
        ClusterTask<int>[] calls = [.. Enumerable.Range(0, 8).Select(i => loop.CreateTask(
            Blocking.Int(_ =>
            {
                Interlocked.Increment(ref runs[i]);
                if (!running.IsSet) running.Signal();
                gate.Block();
                return i;
            }),
            new TaskOptions { MaxRestarts = 0 }))];
        await Patience.Until(() => running.IsSet && calls.All(call => call.State == TaskState.Running));
        // Of its calls one runs.
        var waiting = await CountAsync(loop, cluster.Silos[1]) - 1;
        var leaving = cluster.StopSiloAsync(cluster.Silos[1]);
        await Patience.Until(() => calls.Count(call => call.Attempt == 1) == waiting);
        gate.Open();
        Assert.Equal(Enumerable.Range(0, 8), await loop.GatherAsync(calls).Soon());
        Assert.All(runs, count => Assert.Equal(1, count));
        Assert.Equal(waiting, calls.Count(call => call.Attempt == 1));
        await leaving.Soon();
    }

    [Fact]
    public async Task A_call_that_gives_way_to_a_silo_that_leaves_runs_again_elsewhere()
    {
        await using var cluster = await StartAsync(threads: 2);
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, running, runs) = (new ManualResetEvent(false), new CountdownEvent(4), new int[4]);
        ClusterTask<int>[] calls = [.. Enumerable.Range(0, 4).Select(i => loop.CreateTask(
            Blocking.Int(token =>
            {
                if (Interlocked.Increment(ref runs[i]) == 1)
                {
                    running.Signal();
                    WaitHandle.WaitAny([token.WaitHandle, gate], TimeSpan.FromSeconds(30));
                    token.ThrowIfCancellationRequested();
                }
                return i;
            }),
            new TaskOptions { MaxRestarts = 0 }))];
        await Patience.Until(() => running.IsSet);
        var leaving = await CountAsync(loop, cluster.Silos[1]);
        await cluster.StopSiloAsync(cluster.Silos[1]).Soon();
        gate.Set();
        Assert.Equal(Enumerable.Range(0, 4), await loop.GatherAsync(calls).Soon());
        Assert.Equal(leaving, runs.Count(count => count == 2));
        Assert.Equal(4 - leaving, runs.Count(count => count == 1));
        Assert.Equal(runs.Select(count => count - 1), calls.Select(call => call.Attempt));
    }

    [Fact]
    public async Task In_virtual_time_a_call_that_runs_holds_the_clock()
    {
        await using var cluster = await VirtualTimeFixture.StartAsync(1, outsideWorkHoldsTime: true, TimeSpan.FromSeconds(6));
        var (start, started, gate) = (cluster.Time.GetUtcNow(), new Gate(), new Gate());
        var task = cluster.Loop.CreateTask(Blocking.Gated(started, gate, 1));
        var sleeper = cluster.Loop.CreateTask(Inline.Do(loop => loop.SleepAsync(TimeSpan.FromHours(1))));
        await started.Opened.Soon();
        var error = await Assert.ThrowsAsync<TimeoutException>(() => cluster.AdvanceAsync(TimeSpan.FromHours(2)).Soon());
        Assert.Contains(task.Id, error.Message, StringComparison.Ordinal);
        Assert.Equal(start, cluster.Time.GetUtcNow());
        gate.Open();
        // Real time, which the cluster's patience does not measure.
        Assert.Equal(1, await task.AsTask().Soon());
        await cluster.AdvanceAsync(TimeSpan.FromHours(2)).Soon();
        Assert.True(sleeper.IsCompleted);
    }

    /// <summary>The most that any of the loops was behind, once each has measured itself some times. What the first one tells may have happened before.</summary>
    private static async Task<TimeSpan> MeasureLagAsync(HashSet<string> keys, int times)
    {
        ConcurrentDictionary<string, ConcurrentQueue<double>> lags = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: "OrleansAsync", Name: "orleansasync.loop.lag" }) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, lag, tags, _) =>
        {
            if (tags[0].Value is string key && keys.Contains(key)) lags.GetOrAdd(key, _ => []).Enqueue(lag);
        });
        listener.Start();
        await Patience.Until(() => lags.Count == keys.Count && lags.Values.All(seen => seen.Count >= times));
        return TimeSpan.FromSeconds(lags.Values.Max(seen => seen.Skip(1).Max()));
    }

    /// <summary>Tasks are spread over the loops known when they are created, so not always evenly.</summary>
    private static async Task<int> CountAsync(IClusterLoop loop, InProcessSiloHandle silo) =>
        await loop.AllTasksAsync().CountAsync(task => task.Silo == silo.SiloAddress.Endpoint.ToString());

    private static async Task<InProcessTestCluster> StartAsync(int threads)
    {
        // On a busy machine the end of the wait for what runs is not what is tested.
        var cluster = ClusterFixture.Build(2, silo => silo.Configure<ExecutorOptions>(options => options.MaxThreads = threads)
            .Configure<EventLoopOptions>(options => options.DrainTimeout = TimeSpan.FromSeconds(25))).Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
