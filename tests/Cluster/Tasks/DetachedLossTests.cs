using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>Durable tasks while silos leave or are all gone; each test has a cluster of its own. Silos that are killed for real: see EndToEnd.</summary>
public sealed class DetachedLossTests : IDisposable
{
    private const int Count = 60;

    private readonly string _data = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task When_a_silo_leaves_its_tasks_move_and_that_counts_no_restart()
    {
        await using var cluster = await DeployAsync(2);
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, started, runs) = (new Gate(), new CountdownEvent(Count), new ConcurrentDictionary<string, int>());
        var tasks = await CreateAsync(loop, Waiter(gate, started, runs), new() { MaxRestarts = 0 });
        await Patience.Until(() => started.IsSet);
        await cluster.StopSiloAsync(cluster.Silos[1]);
        gate.Open();
        var attempts = await Task.WhenAll(tasks.Select(task => task.WaitAsync())).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains(1, attempts);
    }

    [Fact]
    public async Task When_the_whole_cluster_was_gone_the_next_one_has_all_results()
    {
        var (gate, started, runs) = (new Gate(), new CountdownEvent(Count), new ConcurrentDictionary<string, int>());
        string[] ended, running, canceled;
        await using (var first = await DeployAsync(2))
        {
            var loop = ClusterFixture.Loop(first.Client.ServiceProvider);
            var done = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => loop.CreateDetachedTaskAsync(Inline.Int(i))));
            await Task.WhenAll(done.Select(task => task.WaitAsync())).Soon();
            var waiting = await CreateAsync(loop, Waiter(gate, started, runs), new());
            await Patience.Until(() => started.IsSet);
            var (cleaning, forever) = (new Gate(), new Gate());
            var stubborn = await loop.CreateDetachedTaskAsync(Inline.Int(async body =>
            {
                try
                {
                    await body.WaitForeverAsync();
                    return 0;
                }
                finally
                {
                    cleaning.Open();
                    await forever.Opened;
                }
            }));
            Assert.True(await stubborn.CancelAsync("enough"));
            await cleaning.Opened.Soon();
            (ended, running, canceled) = ([.. done.Select(task => task.Id)], [.. waiting.Select(task => task.Id)], [stubborn.Id]);
            await first.KillSiloAsync(first.Silos[1]);
            await first.KillSiloAsync(first.Silos[0]);
        }

        gate.Open();
        await using var second = await DeployAsync(1);
        var next = ClusterFixture.Loop(second.Client.ServiceProvider);
        // Nobody asked for them, and yet they run.
        await Patience.Until(() => running.All(id => runs[id] >= 2));
        Assert.Equal(Enumerable.Range(0, Count), await Task.WhenAll(ended.Select(id => next.GetDetachedTask<int>(id).WaitAsync())).Soon());
        Assert.All(await Task.WhenAll(running.Select(id => next.GetDetachedTask<int>(id).WaitAsync())).Soon(), attempt => Assert.InRange(attempt, 1, 2));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => next.GetDetachedTask<int>(canceled[0]).WaitAsync().Soon());
        Assert.Equal("enough", error.CancelMessage);
    }

    [Fact]
    public async Task A_cluster_without_a_store_says_so()
    {
        await using var cluster = ClusterFixture.Build(1).Build();
        await cluster.DeployAsync();
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.CreateDetachedTaskAsync(Inline.Int(1)).Soon());
        Assert.Contains("UseSqliteStore", error.Message, StringComparison.Ordinal);
    }

    private async Task<InProcessTestCluster> DeployAsync(short silos)
    {
        var cluster = ClusterFixture.Build(silos, silo => silo.UseSqliteStore(_data).Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        })).Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static Coroutine<int> Waiter(Gate gate, CountdownEvent started, ConcurrentDictionary<string, int> runs) => Inline.Int(async body =>
    {
        runs.AddOrUpdate(body.TaskId!, 1, (_, before) => before + 1);
        if (body.Attempt == 0) started.Signal();
        await body.WaitAsync(gate);
        return body.Attempt;
    });

    private static Task<DetachedTask<int>[]> CreateAsync(IClusterLoop loop, Coroutine<int> coroutine, DetachedTaskOptions options) =>
        Task.WhenAll(Enumerable.Range(0, Count).Select(_ => loop.CreateDetachedTaskAsync(coroutine, options)));
}
