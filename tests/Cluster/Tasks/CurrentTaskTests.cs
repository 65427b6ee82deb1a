using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class CurrentTaskTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    [CPython("test_tasks.py::test_current_task")]
    public async Task Outside_a_coroutine_there_is_no_current_task()
    {
        Assert.Null(Client.CurrentTask);
        Assert.Null(Loop(0).CurrentTask);
        var task = Client.CreateTask(Inline.Text(loop => Task.FromResult(loop.CurrentTask!.Id)));
        Assert.Equal(task.Id, await task.AsTask().Soon());
    }

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_current_task_with_interleaving_tasks")]
    public Task It_is_right_after_every_await_however_tasks_interleave(Owner owner) => RunAsync(owner, async outer =>
    {
        var gates = Enumerable.Range(0, 6).Select(_ => new Gate()).ToArray();
        Coroutine<int> Interleaving(int own) => Inline.Int(async loop =>
        {
            var wrong = 0;
            for (var step = own; step < gates.Length; step += 2)
            {
                gates[step].Open();
                if (step + 1 < gates.Length) await loop.WaitAsync(gates[step + 1]);
                if (loop.CurrentTask!.Id != loop.TaskId || outer.CurrentTask!.Id != loop.TaskId) wrong++;
                await loop.SleepAsync(TimeSpan.Zero);
                await Task.Yield();
                await loop.TimeoutAsync(null, scope =>
                {
                    if (scope.CurrentTask!.Id != loop.TaskId || !Equals(scope.CurrentTask, loop.CurrentTask)) wrong++;
                    return Task.CompletedTask;
                });
                if (loop.CurrentTask!.Id != loop.TaskId) wrong++;
            }
            return wrong;
        });
        var wrong = await outer.GatherAsync(Interleaving(0), Interleaving(1));
        Assert.Equal([0, 0], wrong);
        Assert.Equal(owner == Owner.Client, outer.CurrentTask is null);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_bare_create_named_task")]
    [CPython("test_tasks.py::test_task_repr")]
    public Task A_task_has_a_name_that_its_body_may_change(Owner owner) => RunAsync(owner, async loop =>
    {
        var (named, go) = (new Gate(), new Gate());
        var task = loop.CreateTask(
            Inline.Text(async body =>
            {
                var current = body.CurrentTask!;
                var before = current.Name;
                current.Name = "renamed";
                Assert.Throws<ArgumentException>(() => current.Name = " ");
                await body.SleepAsync(TimeSpan.Zero);
                named.Open();
                await body.WaitAsync(go);
                return $"{before} {body.CurrentTask!.Name} {body.CurrentTask}";
            }),
            new TaskOptions { Name = "given" });
        await named.Opened;
        Assert.Equal("given", task.Name);
        Assert.Contains("given", task.ToString(), StringComparison.Ordinal);
        go.Open();
        Assert.Equal($"given renamed renamed ({task.Id})", await task);
        var unnamed = loop.CreateTask(Inline.Text(body => Task.FromResult(body.CurrentTask!.Name)));
        Assert.Equal(unnamed.Name, await unnamed);
        Assert.StartsWith("Task-", unnamed.Name, StringComparison.Ordinal);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_current_task")]
    public Task Cancelling_oneself_takes_effect_at_the_next_suspension(Owner owner) => RunAsync(owner, async loop =>
    {
        var steps = 0;
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            body.CurrentTask!.Cancel("myself");
            steps++;
            await body.SleepAsync(TimeSpan.FromHours(1));
            steps++;
            return 0;
        }));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        Assert.Equal(("myself", 1), (error.CancelMessage, steps));
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancelling")]
    public Task The_handle_counts_its_requests_and_shows_that_it_is_cancelling(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, go) = (new Gate(), new Gate());
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            try
            {
                started.Open();
                await body.WaitForeverAsync();
                return 0;
            }
            finally
            {
                await go.Opened;
            }
        }));
        await started.Opened;
        Assert.Equal(0, task.Cancelling);
        Assert.DoesNotContain("cancelling", task.ToString(), StringComparison.Ordinal);
        Assert.True(await task.CancelAsync());
        Assert.Equal(1, task.Cancelling);
        Assert.Contains("cancelling", task.ToString(), StringComparison.Ordinal);
        Assert.True(await task.CancelAsync());
        Assert.Equal(2, task.Cancelling);
        go.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        Assert.DoesNotContain("cancelling", task.ToString(), StringComparison.Ordinal);
        Assert.False(await task.CancelAsync());
        Assert.Equal(2, task.Cancelling);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_uncancel_basic")]
    public Task A_body_takes_requests_back_one_by_one(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, twice) = (new Gate(), new Gate());
        var task = loop.CreateTask(Inline.Text(async body =>
        {
            var current = body.CurrentTask!;
            List<int> counts = [current.Cancelling];
            started.Open();
            await Assert.ThrowsAsync<ClusterTaskCanceledException>(body.WaitForeverAsync);
            await twice.Opened;
            counts.Add(current.Cancelling);
            // The second request was not delivered: it would be at the next suspension.
            counts.Add(current.Uncancel());
            counts.Add(current.Uncancel());
            counts.Add(current.Uncancel());
            await body.SleepAsync(TimeSpan.Zero);
            return string.Join(' ', counts);
        }));
        await started.Opened;
        await task.CancelAsync();
        await task.CancelAsync();
        twice.Open();
        Assert.Equal("0 2 1 0 0", await task);
    });
}
