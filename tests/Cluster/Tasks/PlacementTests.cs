using System.Diagnostics;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class PlacementTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly TaskOptions Here = new() { Placement = TaskPlacement.SameLoop };

    [Fact]
    public Task On_the_same_loop_tasks_take_turns_with_their_creator() => RunAsync(Owner.Coroutine, async loop =>
    {
        var (own, steps) = (ClusterLoop.From(loop).Tasks.Id, new List<string>());
        ClusterTask<string>[] tasks = [.. Enumerable.Range(0, 5).Select(index => loop.CreateTask(
            Inline.Text(async body =>
            {
                foreach (var step in "abc")
                {
                    // Not safe for threads, and need not be.
                    steps.Add($"{step}{index}");
                    await body.SleepAsync(TimeSpan.Zero);
                }
                return ClusterLoop.From(body).Tasks.Id;
            }),
            Here))];
        Assert.All(await loop.GatherAsync(tasks), id => Assert.Equal(own, id));
        Assert.Equal(["a0", "a1", "a2", "a3", "a4", "b0", "b1", "b2", "b3", "b4", "c0", "c1", "c2", "c3", "c4"], steps);
    });

    [Fact]
    public Task Who_pauses_goes_on_before_what_became_ready_later_however_long_a_turn_takes() => RunAsync(Owner.Coroutine, async loop =>
    {
        var steps = new List<string>();
        var first = loop.CreateTask(Inline.Do(async body =>
        {
            foreach (var step in "abc")
            {
                steps.Add($"{step}0");
                await body.SleepAsync(TimeSpan.Zero);
            }
        }), Here);
        var second = loop.CreateTask(Inline.Do(async body =>
        {
            ClusterTask? later = null;
            foreach (var step in "abc")
            {
                steps.Add($"{step}1");
                later ??= body.CreateTask(Inline.Do(_ =>
                {
                    steps.Add("later");
                    return Task.CompletedTask;
                }), Here);
                // Longer than the loop runs tasks without a look at its messages.
                var start = Stopwatch.GetTimestamp();
                SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(5));
                await body.SleepAsync(TimeSpan.Zero);
            }
            await later!;
        }), Here);
        await first;
        await second;
        Assert.Equal(["a0", "a1", "b0", "later", "b1", "c0", "c1"], steps);
    });

    [Theory, BothOwners]
    public Task Without_it_the_loops_take_turns(Owner owner) => RunAsync(owner, async loop =>
    {
        var loops = await loop.GatherAsync(Enumerable.Range(0, 40).Select(_ => Inline.Text(body => Task.FromResult(ClusterLoop.From(body).Tasks.Id))));
        Assert.True(loops.Distinct().Count() > 1);
    });

    [Fact]
    public Task Outside_a_coroutine_there_is_no_such_loop_and_it_changes_nothing() => RunAsync(Owner.Client, async loop =>
        Assert.Equal(7, await loop.CreateTask(Inline.Int(7), Here)));
}
