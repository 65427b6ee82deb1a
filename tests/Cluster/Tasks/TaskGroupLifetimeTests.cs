using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>From when to when a group takes tasks, and what it keeps and leaves behind.</summary>
public sealed class TaskGroupLifetimeTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_23")]
    public Task A_task_that_has_ended_is_forgotten_at_once(Owner owner) => RunAsync(owner, loop => loop.TaskGroupAsync(async group =>
    {
        var gate = new Gate();
        var last = group.CreateTask(Gated(gate, 0));
        for (var i = 0; i < 20; i++)
        {
            await group.CreateTask(Inline.Int(i));
            Assert.Equal(1, group.Unfinished);
        }
        gate.Open();
        await last;
        Assert.Equal(0, group.Unfinished);
    }));

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_24")]
    [CPython("test_taskgroups.py::test_taskgroup_25")]
    public Task Tasks_may_bring_others_also_while_the_group_waits(Owner owner) => RunAsync(owner, async loop =>
    {
        var (gate, grown, added) = (new Gate(), new Gate(), 0);
        await loop.TaskGroupAsync(group =>
        {
            group.Start(Gated(gate, 0));
            Grow(3);

            // The block has long ended when a task ends and its callback starts two others.
            void Grow(int depth)
            {
                Interlocked.Increment(ref added);
                group.CreateTask(Inline.Int(depth)).AddDoneCallback(_ =>
                {
                    if (depth == 0)
                    {
                        if (Volatile.Read(ref added) == 15) grown.Open();
                        return;
                    }
                    Grow(depth - 1);
                    Grow(depth - 1);
                });
            }

            _ = OpenWhenGrownAsync();
            async Task OpenWhenGrownAsync()
            {
                await grown.Opened;
                gate.Open();
            }
        });
        Assert.Equal(15, added);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_no_create_task_after_failure")]
    [CPython("test_taskgroups.py::test_taskgroup_finished")]
    public Task A_group_that_fails_or_has_ended_starts_nothing_more(Owner owner) => RunAsync(owner, async loop =>
    {
        ClusterTaskGroup ended = null!;
        var started = new Gate();
        await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async group =>
        {
            ended = group;
            group.Start(Failing("spam"));
            await Assert.ThrowsAsync<ClusterTaskCanceledException>(loop.WaitForeverAsync);
            var failing = Assert.Throws<InvalidOperationException>(() => group.Start(Sleeper(started, new Gate())));
            Assert.Contains("shutting down", failing.Message, StringComparison.Ordinal);
        }));
        var late = Assert.Throws<InvalidOperationException>(() => ended.CreateTask(Sleeper(started, new Gate())));
        Assert.Contains("has ended", late.Message, StringComparison.Ordinal);
        // Whatever was started before this has had its turn.
        await loop.GatherAsync(Enumerable.Range(0, 8).Select(Inline.Int));
        Assert.False(started.IsOpen);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_context_manager_exit_raises")]
    public Task No_cancel_is_left_over(Owner owner) => RunAsync(owner, async loop =>
    {
        await loop.TimeoutAsync(null, async scope =>
        {
            await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(group => group.Start(Failing("spam"))));
            await loop.TaskGroupAsync(group => group.Cancel());
            Assert.Equal(0, ClusterLoop.From(scope).Cancelling);
            await scope.SleepAsync(TimeSpan.Zero);
        });
        Assert.Equal(0, ClusterLoop.From(loop).Cancelling);
    });
}
