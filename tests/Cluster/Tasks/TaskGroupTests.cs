using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class TaskGroupTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_01")]
    [CPython("test_taskgroups.py::test_taskgroup_02")]
    public Task It_waits_for_all_its_tasks_also_for_those_added_late(Owner owner) => RunAsync(owner, async loop =>
    {
        Gate[] gates = [new(), new(), new()];
        ClusterTask<int>[] tasks = new ClusterTask<int>[3];
        var group = loop.TaskGroupAsync(async g =>
        {
            tasks[0] = g.CreateTask(Gated(gates[0], 1));
            tasks[1] = g.CreateTask(Gated(gates[1], 2));
            await tasks[0];
            tasks[2] = g.CreateTask(Gated(gates[2], 3));
        });
        foreach (var gate in gates)
        {
            Assert.False(group.IsCompleted);
            gate.Open();
        }
        await group;
        Assert.Equal([1, 2, 3], tasks.Select(task => task.Result));
    });

    [Theory, BothOwners]
    public Task The_block_may_be_synchronous_or_return_a_result(Owner owner) => RunAsync(owner, async loop =>
    {
        var ran = new Gate();
        await loop.TaskGroupAsync(group => group.Start(Inline.Do(_ =>
        {
            ran.Open();
            return Task.CompletedTask;
        })));
        Assert.True(ran.IsOpen);
        Assert.Equal(3, await loop.TaskGroupAsync(async group =>
        {
            var (one, two) = (group.CreateTask(Inline.Int(1)), group.CreateTask(Inline.Int(2)));
            return await one + await two;
        }));
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_03")]
    public Task A_task_cancelled_by_itself_neither_fails_nor_cancels_the_group(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, gate) = (new Gate(), new Gate());
        ClusterTask<int> sibling = null!;
        await loop.TaskGroupAsync(async group =>
        {
            var cancelled = group.CreateTask(Sleeper(started, new Gate()));
            sibling = group.CreateTask(Gated(gate, 1));
            await started.Opened;
            await cancelled.CancelAsync();
            await loop.WaitAsync([cancelled]);
            gate.Open();
        });
        Assert.Equal(1, sibling.Result);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_cancel_children_on_child_error")]
    [CPython("test_taskgroups.py::test_taskgroup_04")]
    public Task The_first_failure_cancels_the_siblings_and_the_block(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned, gate) = (new Gate(), new Gate(), new Gate());
        ClusterTask<int> sibling = null!;
        var interrupted = false;
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group =>
        {
            sibling = group.CreateTask(Sleeper(started, cleaned));
            group.Start(FailingAfter(gate, "spam"));
            await started.Opened;
            gate.Open();
            try
            {
                await loop.WaitForeverAsync();
            }
            catch (OperationCanceledException)
            {
                interrupted = true;
                throw;
            }
        }));
        Assert.Equal("spam", Assert.IsType<InvalidOperationException>(Assert.Single(error.InnerExceptions)).Message);
        Assert.True(interrupted);
        Assert.True(cleaned.IsOpen);
        Assert.True(sibling.IsCanceled);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_05")]
    public Task Errors_of_several_tasks_come_together(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group =>
        {
            group.Start(Inline.Do(async body =>
            {
                started.Open();
                try
                {
                    await body.WaitForeverAsync();
                }
                catch (OperationCanceledException)
                {
                    throw new ArgumentException("eggs");
                }
            }));
            await started.Opened;
            group.Start(Failing("spam"));
        }));
        Assert.Equal(["spam", "eggs"], error.InnerExceptions.Select(e => e.Message));
        Assert.Equal("Unhandled errors in a task group. (spam) (eggs)", error.Message);
    });

    [Theory, BothOwners]
    public Task Eager_tasks_that_end_while_they_are_started_count_too(Owner owner) => RunAsync(owner, async loop =>
    {
        var eager = new TaskOptions { Eager = true };
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group =>
        {
            Assert.Equal(1, await group.CreateTask(Inline.Int(1), eager));
            group.Start(Failing("spam"), eager);
            await loop.WaitForeverAsync();
        }));
        Assert.Equal("spam", Assert.Single(error.InnerExceptions).Message);
    });

    [Theory, BothOwners]
    public Task A_failure_that_the_block_awaits_is_reported_once(Owner owner) => RunAsync(owner, async loop =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group => await group.CreateTask(Failing("spam"))));
        Assert.Equal("spam", Assert.Single(error.InnerExceptions).Message);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [CPython("test_taskgroups.py::test_cancellation")]
    [CPython("test_taskgroups.py::test_taskgroup_07")]
    public async Task Cancelling_whoever_waits_cancels_all_tasks_and_waits_for_their_cleanup(bool inBlock)
    {
        (Gate Started, Gate Cleaned)[] children = [.. Enumerable.Range(0, 4).Select(_ => (new Gate(), new Gate()))];
        var parent = Client.CreateTask(Inline.Do(loop => loop.TaskGroupAsync(async group =>
        {
            foreach (var child in children) group.Start(Sleeper(child.Started, child.Cleaned));
            if (inBlock) await loop.WaitForeverAsync();
        })));
        await Task.WhenAll(children.Select(child => child.Started.Opened)).Soon();
        Assert.True(await parent.CancelAsync("enough"));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => parent.AsTask().Soon());
        Assert.Equal("enough", error.CancelMessage);
        Assert.All(children, child => Assert.True(child.Cleaned.IsOpen));
    }

    [Fact]
    [CPython("test_taskgroups.py::test_taskgroup_08")]
    public async Task A_failure_in_the_cleanup_after_a_cancel_wins_over_the_cancel()
    {
        var started = new Gate();
        var parent = Client.CreateTask(Inline.Do(loop => loop.TaskGroupAsync(group => group.Start(FailingInCleanup(started, "spam")))));
        await started.Opened.Soon();
        await parent.CancelAsync();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => parent.AsTask().Soon());
        Assert.Equal("spam", Assert.Single(error.InnerExceptions).Message);
        Assert.False(parent.IsCanceled);
    }

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_09")]
    [CPython("test_taskgroups.py::test_taskgroup_10")]
    public Task An_error_in_the_block_cancels_the_tasks_and_is_in_the_group(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group =>
        {
            group.Start(Sleeper(started, cleaned));
            await started.Opened;
            throw new ArgumentException("eggs");
        }));
        Assert.Equal("eggs", Assert.IsType<ArgumentException>(Assert.Single(error.InnerExceptions)).Message);
        Assert.True(cleaned.IsOpen);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_18")]
    [CPython("test_taskgroups.py::test_taskgroup_19")]
    public Task A_block_that_turns_its_cancel_into_an_error_adds_it_to_those_of_the_tasks(Owner owner) => RunAsync(owner, async loop =>
    {
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group =>
        {
            group.Start(Failing("spam"));
            try
            {
                await loop.WaitForeverAsync();
            }
            catch (OperationCanceledException e)
            {
                throw new ArgumentException("eggs", e);
            }
        }));
        Assert.Equal(["spam", "eggs"], error.InnerExceptions.Select(e => e.Message));
    });

    private static Coroutine FailingAfter(Gate gate, string message) => Inline.Do(async loop =>
    {
        await loop.WaitAsync(gate);
        throw new InvalidOperationException(message);
    });

    private static Coroutine FailingInCleanup(Gate started, string message) => Inline.Do(async loop =>
    {
        started.Open();
        try
        {
            await loop.WaitForeverAsync();
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException(message);
        }
    });
}
