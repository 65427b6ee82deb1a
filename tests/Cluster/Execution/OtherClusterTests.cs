using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Cluster.Execution;

/// <summary>What needs a cluster of its own: silos that lack a coroutine, forget idle grains, or die.</summary>
public sealed class OtherClusterTests
{
    private static readonly TaskOptions AnyNumberOfTimes = new() { MaxRestarts = 10 };

    [Fact]
    public async Task A_coroutine_that_no_silo_has_fails_its_task_and_names_both()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => silo.AddOrleansAsync());
        builder.ConfigureClient(client => client.Services.AddOrleansAsyncClient());
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var task = ClusterFixture.Loop(cluster.Client.ServiceProvider).CreateTask(new Nap(TimeSpan.Zero, 1));
        var error = await Assert.ThrowsAsync<UnknownCoroutineException>(() => task.AsTask().Soon());
        Assert.Contains($"'oa.workloads.nap' ({typeof(Nap).FullName} of {typeof(Nap).Assembly.GetName().Name} ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"(OrleansAsync {Versions.Own})", error.Message, StringComparison.Ordinal);
        Assert.Contains(cluster.Silos[0].SiloAddress.ToParsableString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loop_with_live_tasks_outlives_the_collection_of_idle_grains()
    {
        await using var cluster = ClusterFixture.Build(2, silo => silo.Configure<GrainCollectionOptions>(options =>
            (options.CollectionQuantum, options.CollectionAge) = (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)))).Build();
        await cluster.DeployAsync();
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, started, runs) = (new Gate(), new Gate(), 0);
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            runs++;
            started.Open();
            await body.WaitAsync(gate);
            return body.Attempt;
        }));
        await started.Opened.Soon();
        // Two grains collected one after the other: the loop had every chance to be collected, too.
        for (var i = 0; i < 2; i++)
        {
            var collected = new Gate();
            CollectedGrain.Collected[i] = collected;
            await cluster.Client.GetGrain<ICollectedGrain>(i).TouchAsync();
            await collected.Opened.Soon();
        }
        gate.Open();
        Assert.Equal((0, 1), (await task.AsTask().Soon(), runs));
    }

    [Fact]
    public async Task When_a_silo_is_killed_all_results_arrive_once()
    {
        await using var cluster = ClusterFixture.Build(3, silo => silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        })).Build();
        await cluster.DeployAsync();
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, started) = (new Gate(), new CountdownEvent(60));
        ConcurrentBag<int> restarted = [];
        var ended = new EndCounter();
        var tasks = Enumerable.Range(0, 60).Select(i => loop.CreateTask(
            Inline.Int(async body =>
            {
                if (body.Attempt == 0) started.Signal();
                else restarted.Add(i);
                await body.WaitAsync(gate);
                return i;
            }),
            AnyNumberOfTimes)).ToArray();
        foreach (var task in tasks) task.Observe(ended);
        await Patience.Until(() => started.IsSet);
        await cluster.KillSiloAsync(cluster.Silos[2]);
        gate.Open();
        Assert.Equal(Enumerable.Range(0, 60), await loop.GatherAsync(tasks).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.NotEmpty(restarted);
        await ended.Until(60);
        Assert.Equal(60, ended.Counts.Count);
        Assert.All(ended.Counts.Values, count => Assert.Equal(1, count));
        Assert.Equal(1, await loop.RunAsync(Inline.Int(1)).Soon());
    }

    [Fact]
    public async Task When_a_silo_leaves_its_tasks_move_and_that_counts_no_restart()
    {
        await using var cluster = ClusterFixture.Build(2).Build();
        await cluster.DeployAsync();
        var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
        var (gate, started) = (new Gate(), new CountdownEvent(20));
        var tasks = Enumerable.Range(0, 20).Select(i => loop.CreateTask(
            Inline.Int(async body =>
            {
                if (body.Attempt == 0) started.Signal();
                await body.WaitAsync(gate);
                return i;
            }),
            new TaskOptions { MaxRestarts = 0 })).ToArray();
        await Patience.Until(() => started.IsSet);
        // Less than the ten seconds that a poll may run.
        await cluster.StopSiloAsync(cluster.Silos[1]).WaitAsync(TimeSpan.FromSeconds(8));
        gate.Open();
        Assert.Equal(Enumerable.Range(0, 20), await loop.GatherAsync(tasks).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains(tasks, task => task.Attempt == 1);
    }
}

/// <summary>An ordinary grain, to see when idle grains are collected.</summary>
[Alias("oa.tests.collected")]
internal interface ICollectedGrain : IGrainWithIntegerKey
{
    [Alias("Touch")]
    Task TouchAsync();
}

/// <inheritdoc cref="ICollectedGrain"/>
[GrainType("oa.tests.collected")]
internal sealed class CollectedGrain : Grain, ICollectedGrain
{
    public static ConcurrentDictionary<long, Gate> Collected { get; } = [];

    public Task TouchAsync() => Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Collected[this.GetPrimaryKeyLong()].Open();
        return Task.CompletedTask;
    }
}
