using System.Collections.Concurrent;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Owners and loops together, while messages are lost, repeated, late and out of order, and loops go.</summary>
public sealed class BadNetworkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task On_a_bad_network_every_body_runs_once_and_every_outcome_arrives_once(int seed)
    {
        await using var cluster = new FakeCluster(loops: 3, new EventLoopOptions { MaxLiveTasksPerClient = 40 });
        var random = new Random(seed);
        cluster.Network = () =>
        {
            lock (random)
            {
                return new Fate(
                    random.NextDouble() < 0.15, random.NextDouble() < 0.15, random.NextDouble() < 0.3,
                    TimeSpan.FromMilliseconds(random.Next(0, 200)), TimeSpan.FromMilliseconds(random.Next(0, 20_000)));
            }
        };
        var runs = new ConcurrentDictionary<string, int>();
        var ended = new EndCounter();
        var loop = cluster.NewClient().Loop;
        List<ClusterTask<int>> tasks = [];
        for (var i = 0; i < 300; i++)
        {
            var number = i;
            var task = loop.CreateTask(Inline.Int(async body =>
            {
                runs.AddOrUpdate(body.TaskId!, 1, (_, before) => before + 1);
                if (number % 10 == 0)
                {
                    var children = await body.GatherAsync(Enumerable.Range(0, 3).Select(_ => Inline.Int(child =>
                    {
                        runs.AddOrUpdate(child.TaskId!, 1, (_, before) => before + 1);
                        return Task.FromResult(1);
                    })));
                    Assert.Equal(3, children.Sum());
                }
                return number;
            }));
            task.Observe(ended);
            tasks.Add(task);
        }

        var results = await loop.GatherAsync([.. tasks]).Soon();
        Assert.Equal(Enumerable.Range(0, 300), results);
        Assert.Equal(300 + (30 * 3), runs.Count);
        Assert.All(runs, run => Assert.Equal((run.Key, 1), (run.Key, run.Value)));
        await ended.Until(300);
        Assert.All(ended.Counts, count => Assert.Equal(1, count.Value));
        Assert.Equal(300, ended.Counts.Count);
    }

    [Fact]
    public async Task Cancels_from_many_threads_while_loops_are_lost_leave_no_task_behind()
    {
        await using var cluster = new FakeCluster(loops: 3);
        var loop = cluster.NewClient().Loop;
        ConcurrentDictionary<(string, int), bool> live = [];
        var tasks = Enumerable.Range(0, 400).Select(_ => loop.CreateTask(Inline.Do(async body =>
        {
            live[(body.TaskId!, body.Attempt)] = true;
            try
            {
                await body.WaitForeverAsync();
            }
            finally
            {
                live.TryRemove((body.TaskId!, body.Attempt), out bool _);
            }
        }), new TaskOptions { MaxRestarts = 100 })).ToArray();
        var restarts = RestartAsync();
        await Parallel.ForEachAsync(tasks, async (task, _) => await task.CancelAsync("stop"));
        await restarts;
        foreach (var task in tasks) await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        await Patience.Until(() => live.IsEmpty);

        async Task RestartAsync()
        {
            await Task.Yield();
            for (var i = 0; i < 6; i++)
            {
                await Task.Yield();
                // The lost incarnation's bodies end with it, as those of a process that is gone.
                var lost = cluster[$"loop/{i % 3}"];
                cluster.Start($"loop/{i % 3}");
                await lost.TurnAsync(l => l.Stop());
            }
        }
    }
}
