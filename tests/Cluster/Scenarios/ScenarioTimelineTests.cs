using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Queues;
using OrleansAsync.Scenarios;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Scenarios;

/// <summary>A run that is drawn hears of each start and end of its tasks, on whichever silo they are.</summary>
public sealed class ScenarioTimelineTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task Tasks_on_all_silos_tell_when_they_start_and_end()
    {
        var tasks = Client.Queue<ScenarioTask>();
        await Client.RunAsync(new RunScenario("27-performance-100-tasks", Client.Queue<ScenarioLine>(), 1, tasks), TestContext.Current.CancellationToken).Soon();
        // The main coroutine and its hundred tasks, twice each.
        List<ScenarioTask> told = [];
        while (told.Count < 202) told.AddRange(await tasks.GetManyAsync(202, TestContext.Current.CancellationToken).Soon());

        Assert.All(told.CountBy(task => (task.Task, task.Ended is null)), entry => Assert.Equal(1, entry.Value));
        var ended = told.Where(task => task.Ended is not null).ToArray();
        Assert.All(ended, task => Assert.Equal(OutcomeKind.Succeeded, task.Outcome));
        Assert.All(told, task => Assert.True(task.Taken <= task.Started && !(task.Ended < task.Started), $"{task}"));
        var main = Assert.Single(ended, task => task.Coroutine == "oa.scenario.27.async-approach");
        var children = ended.Where(task => task.Coroutine == "oa.scenario.27.io-task").ToArray();
        Assert.Equal(100, children.Length);
        Assert.All(children, task => Assert.True(OwnerIds.IsWithin(task.Task, main.Task) && task.Started >= main.Started && task.Ended <= main.Ended, $"{task} within {main}"));
        Assert.Equal(2, ended.Select(task => EventLoopKey.Endpoint(task.Loop)).Distinct().Count());
    }

    [Fact]
    public async Task Each_outcome_is_told_even_of_a_task_that_never_started()
    {
        var tasks = Client.Queue<ScenarioTask>();
        var started = new Gate();
        // As the request context of a scenario has it, and of whoever is awaited from here on.
        RequestContext.Set(ITaskWatch.Key, new ScenarioTimeline(tasks, Client.Time.GetUtcNow()));
        await Client.RunAsync(
            Inline.Do(async loop =>
            {
                var failed = loop.CreateTask(Inline.Do(_ => throw new InvalidOperationException("spam")), new TaskOptions { Name = "failed" });
                var cancelled = loop.CreateTask(
                    Inline.Do(async inner =>
                    {
                        started.Open();
                        await inner.WaitForeverAsync();
                    }), new TaskOptions { Name = "cancelled" });
                await loop.WaitAsync(started);
                var never = loop.CreateTask(Inline.Int(1), new TaskOptions { Name = "never", Placement = TaskPlacement.SameLoop });
                await never.CancelAsync();
                await cancelled.CancelAsync();
                await Assert.ThrowsAsync<InvalidOperationException>(failed.AsTask);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(cancelled.AsTask);
            }),
            TestContext.Current.CancellationToken).Soon();
        Dictionary<string, ScenarioTask> ended = [];
        while (ended.Count < 4)
        {
            var task = await tasks.GetAsync(TestContext.Current.CancellationToken).Soon();
            if (task.Ended is not null) ended.Add(task.Name, task);
        }

        Assert.Equal(OutcomeKind.Failed, ended["failed"].Outcome);
        Assert.Equal(OutcomeKind.Canceled, ended["cancelled"].Outcome);
        Assert.NotNull(ended["cancelled"].Started);
        Assert.Equal((OutcomeKind.Canceled, null), (ended["never"].Outcome, ended["never"].Started));
        Assert.Equal("oa.tests.int", ended["never"].Coroutine);
    }

    [Fact]
    public async Task Nobody_is_told_where_nobody_watches()
    {
        var watched = false;
        await Client.RunAsync(
            Inline.Do(loop => loop.CreateTask(Inline.Do(_ =>
            {
                watched = RequestContext.Get(ITaskWatch.Key) is not null;
                return Task.CompletedTask;
            })).AsTask()),
            TestContext.Current.CancellationToken).Soon();
        Assert.False(watched);
    }
}
