using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Cluster.Execution;

/// <summary>The trace of turns, asked for over the wire.</summary>
public sealed class LoopWatchTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task The_turns_of_tasks_are_read_from_another_silo()
    {
        // Whoever asks is a service of the second silo.
        var survey = new LoopSurvey(ClusterLoop.From(Loop(1)), null, TestContext.Current.CancellationToken);
        var keys = await survey.GetKeysAsync();
        Dictionary<string, long> last = [];
        await foreach (var (key, picture) in survey.AskAsync(keys, (_, grain) => grain.WatchAsync(new(Lease, null, 0, 0)))) last.Add(key, picture.Turns.Last);
        Assert.Equal(keys.Order(), last.Keys.Order());

        var gate = new Gate();
        ClusterTask[] tasks =
        [
            .. keys.Select((_, at) => Client.CreateTask(
                Inline.Do(async loop =>
                {
                    await loop.SleepAsync(TimeSpan.Zero);
                    await loop.WaitAsync(gate);
                }),
                new TaskOptions { Name = $"traced {at}" })),
        ];
        // All are in the picture of their loops while they wait.
        HashSet<string> waiting = [];
        await Patience.Until(async () =>
        {
            await foreach (var (_, picture) in survey.AskAsync(keys, (_, grain) => grain.WatchAsync(new(Lease, null, 0, 100))))
            {
                waiting.UnionWith(picture.Waiting.Where(task => task.Waits is [{ Kind: AwaitKind.Other }]).Select(task => task.Id));
            }
            return tasks.All(task => waiting.Contains(task.Id));
        });
        gate.Open();
        foreach (var task in tasks) await task.AsTask().Soon();

        Dictionary<string, List<string>> seen = [];
        HashSet<string> silos = [];
        await foreach (var (key, picture) in survey.AskAsync(keys, (key, grain) => grain.WatchAsync(new(Lease, last[key], 1000, 0))))
        {
            foreach (var turn in picture.Turns.Turns.Where(turn => tasks.Any(task => task.Id == turn.Task)))
            {
                silos.Add(picture.Info.Silo);
                if (!seen.TryGetValue(turn.Task, out var turns)) seen.Add(turn.Task, turns = []);
                turns.Add($"{turn.Name}: {turn.Describe()}");
            }
        }
        Assert.Equal(2, silos.Count);
        Assert.All(tasks.Index(), entry => Assert.Equal(
            [$"traced {entry.Index}: awaits sleep(0)", $"traced {entry.Index}: awaits an operation", $"traced {entry.Index}: done"], seen[entry.Item.Id]));
    }
}
