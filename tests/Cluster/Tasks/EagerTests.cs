using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class EagerTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly TaskOptions Eagerly = new() { Eager = true };

    [Fact]
    [CPython("test_eager_task_factory.py::test_eager_task_completes_before_returning")]
    public Task A_coroutine_that_never_suspends_has_ended_when_it_was_created() => RunAsync(Owner.Coroutine, async loop =>
    {
        var task = loop.CreateTask(Inline.Text(body => Task.FromResult(body.TaskId!)), Eagerly);
        Assert.Equal((TaskState.Done, task.Id), (task.State, task.Result));
        var failed = loop.CreateTask(Failing("no"), Eagerly);
        Assert.Equal("no", failed.Exception!.Message);
        var cancelled = loop.CreateTask(Inline.Int(_ => throw new OperationCanceledException()), Eagerly);
        Assert.True(cancelled.IsCanceled);
        Assert.Equal(task.Id, await task);
        Assert.Equal([1, 2], (await loop.GatherAsync(loop.CreateTask(Inline.Int(1), Eagerly), loop.CreateTask(Inline.Int(2), Eagerly))).ToList());
    });

    [Fact]
    [CPython("test_eager_task_factory.py::test_block_after_eager_step")]
    public Task One_that_suspends_has_run_its_first_step_and_goes_on_later() => RunAsync(Owner.Coroutine, async loop =>
    {
        var (go, steps) = (new Gate(), 0);
        var task = loop.CreateTask(
            Inline.Int(async body =>
            {
                steps++;
                await body.WaitAsync(go);
                steps++;
                return await body.CreateTask(Inline.Int(7));
            }),
            Eagerly);
        Assert.Equal((1, false), (steps, task.IsCompleted));
        go.Open();
        Assert.Equal((7, 2), (await task, steps));
    });

    [Fact]
    [CPython("test_eager_task_factory.py::test_current_task")]
    [CPython("test_eager_task_factory.py::test_staggered_race_with_eager_tasks")]
    public Task The_current_task_and_context_are_right_before_inside_and_after() => RunAsync(Owner.Coroutine, async loop =>
    {
        var own = loop.CurrentTask!.Id;
        RequestContext.Set("user", "ada");
        var task = loop.CreateTask(
            Inline.Text(body =>
            {
                var seen = $"{body.CurrentTask!.Id == body.TaskId} {RequestContext.Get("user")}";
                RequestContext.Set("user", "changed inside");
                return Task.FromResult(seen);
            }),
            Eagerly);
        Assert.Equal((own, "ada"), (loop.CurrentTask!.Id, RequestContext.Get("user")));
        Assert.Equal("True ada", task.Result);
        RequestContext.Clear();
        await loop.SleepAsync(TimeSpan.Zero);
        Assert.Equal(own, loop.CurrentTask!.Id);
    });

    [Fact]
    [CPython("test_eager_task_factory.py::test_cancel_invalid_state")]
    public Task It_is_cancelled_and_cleans_up_as_any_other() => RunAsync(Owner.Coroutine, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = loop.CreateTask(Sleeper(started, cleaned), Eagerly);
        Assert.True(started.IsOpen);
        Assert.True(await task.CancelAsync("enough"));
        Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask())).CancelMessage);
        Assert.True(cleaned.IsOpen);
        Assert.False(await task.CancelAsync());

        var fromOutside = loop.CreateTask(Sleeper(new Gate(), new Gate()), Eagerly);
        Assert.True(await Task.Run(() => fromOutside.CancelAsync()));
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => fromOutside.AsTask());
        Assert.Equal(1, fromOutside.Cancelling);
    });

    [Fact]
    public async Task What_a_run_leaves_of_them_is_cancelled_and_their_objects_are_not_shared()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        List<int> numbers = [1, 2];
        await Client.RunAsync(
            Inline.Do(async loop =>
            {
                _ = loop.CreateTask(Sleeper(started, cleaned), Eagerly);
                var task = loop.CreateTask(Inline.Any(_ => Task.FromResult<object>(numbers)), Eagerly);
                Assert.Equal(numbers, await task);
                Assert.NotSame(numbers, await task);
            }),
            TestContext.Current.CancellationToken).Soon();
        Assert.True(started.IsOpen && cleaned.IsOpen);
    }

    [Fact]
    public async Task In_a_client_it_changes_nothing()
    {
        Assert.Equal(7, await Client.CreateTask(Inline.Int(7), Eagerly).AsTask().Soon());
    }
}
