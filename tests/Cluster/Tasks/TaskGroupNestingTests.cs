using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>Groups in groups, in timeouts and over silos, and groups that end early.</summary>
public sealed class TaskGroupNestingTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_13")]
    public Task Errors_of_an_inner_group_are_one_error_of_the_outer(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async outer =>
        {
            outer.Start(Sleeper(started, cleaned));
            await started.Opened;
            await loop.TaskGroupAsync(inner => inner.Start(Failing("spam")));
        }));
        var nested = Assert.IsType<TaskGroupException>(Assert.Single(error.InnerExceptions));
        Assert.Equal("spam", Assert.IsType<InvalidOperationException>(Assert.Single(nested.InnerExceptions)).Message);
        Assert.True(cleaned.IsOpen);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_14")]
    public Task A_failure_in_the_outer_group_cancels_the_inner(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned, gate) = (new Gate(), new Gate(), new Gate());
        var seen = "";
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TaskGroupAsync(async outer =>
        {
            outer.Start(Inline.Do(async body =>
            {
                await body.WaitAsync(gate);
                throw new InvalidOperationException("spam");
            }));
            try
            {
                await loop.TaskGroupAsync(async inner =>
                {
                    inner.Start(Sleeper(started, cleaned));
                    await started.Opened;
                    gate.Open();
                });
            }
            catch (Exception e)
            {
                seen = e.GetType().Name;
                throw;
            }
        }));
        Assert.Equal("spam", Assert.Single(error.InnerExceptions).Message);
        Assert.Equal(nameof(ClusterTaskCanceledException), seen);
        Assert.True(cleaned.IsOpen);
    });

    [Fact]
    [CPython("test_taskgroups.py::test_taskgroup_11")]
    [CPython("test_taskgroups.py::test_taskgroup_12")]
    public async Task A_cancel_from_outside_ends_both_groups_and_stays_a_cancel()
    {
        (Gate Started, Gate Cleaned)[] children = [(new(), new()), (new(), new())];
        var parent = Client.CreateTask(Inline.Do(loop => loop.TaskGroupAsync(async outer =>
        {
            outer.Start(Sleeper(children[0].Started, children[0].Cleaned));
            await loop.TaskGroupAsync(inner => inner.Start(Sleeper(children[1].Started, children[1].Cleaned)));
        })));
        await Task.WhenAll(children.Select(child => child.Started.Opened)).Soon();
        await parent.CancelAsync("outside");
        Assert.Equal("outside", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => parent.AsTask().Soon())).CancelMessage);
        Assert.All(children, child => Assert.True(child.Cleaned.IsOpen));
    }

    [Theory, BothOwners]
    public Task Errors_keep_their_nesting_over_silos(Owner owner) => RunAsync(owner, async loop =>
    {
        // Each level is a task of its own; at the bottom two errors, one of a type that cannot be serialized.
        Coroutine Level(int depth) => Inline.Do(async body =>
        {
            await body.TaskGroupAsync(async group =>
            {
                if (depth > 0)
                {
                    group.Start(Level(depth - 1));
                    return;
                }
                await Task.Yield();
                group.Start(Failing("spam"));
                try
                {
                    await body.WaitForeverAsync();
                }
                catch (OperationCanceledException)
                {
                    throw new OddException("odd", 7);
                }
            });
        });
        Exception error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.CreateTask(Level(2)).AsTask());
        for (var i = 0; i < 2; i++) error = Assert.IsType<TaskGroupException>(Assert.Single(((TaskGroupException)error).InnerExceptions));
        var leaves = ((TaskGroupException)error).InnerExceptions;
        Assert.Equal("spam", Assert.IsType<InvalidOperationException>(leaves[0]).Message);
        Assert.Equal("odd", Assert.IsType<RemoteTaskException>(leaves[1]).RemoteMessage);
        Assert.Contains(nameof(Errors_keep_their_nesting_over_silos), error.StackTrace, StringComparison.Ordinal);
    });

    [Fact]
    public async Task Caught_errors_do_not_hide_a_cancel_from_outside()
    {
        var (started, cleaning, gate) = (new Gate(), new Gate(), new Gate());
        var caught = false;
        var parent = Client.CreateTask(Inline.Do(async loop =>
        {
            try
            {
                await loop.TaskGroupAsync(group => group.Start(Inline.Do(async body =>
                {
                    started.Open();
                    try
                    {
                        await body.WaitForeverAsync();
                    }
                    catch (OperationCanceledException)
                    {
                        cleaning.Open();
                        await gate.Opened;
                        throw new InvalidOperationException("spam");
                    }
                })));
            }
            catch (TaskGroupException)
            {
                caught = true;
            }
            await loop.WaitForeverAsync();
        }));
        await started.Opened.Soon();
        await parent.CancelAsync("outside");
        await cleaning.Opened.Soon();
        gate.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => parent.AsTask().Soon());
        Assert.True(caught);
    }

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_taskgroup")]
    public Task In_a_timeout_failures_in_the_cleanup_come_out_as_the_groups(Owner owner) => RunAsync(owner, async loop =>
    {
        ITimeoutScope? timeout = null;
        var started = new Gate();
        var error = await Assert.ThrowsAsync<TaskGroupException>(() => loop.TimeoutAsync(null, scope => loop.TaskGroupAsync(async group =>
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
                    throw new DivideByZeroException("spam");
                }
            }));
            await started.Opened;
            (timeout = scope).Reschedule(TimeSpan.Zero);
        })));
        Assert.Equal("spam", Assert.IsType<DivideByZeroException>(Assert.Single(error.InnerExceptions)).Message);
        Assert.True(timeout!.IsExpired);
        await loop.SleepAsync(TimeSpan.Zero);
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_cancel_children")]
    [CPython("test_taskgroups.py::test_taskgroup_cancel_body")]
    [CPython("test_taskgroups.py::test_taskgroup_cancel_idempotent")]
    public Task Cancelled_it_ends_early_without_an_error(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned, passed) = (new Gate(), new Gate(), false);
        ClusterTaskGroup ended = null!;
        await loop.TaskGroupAsync(async group =>
        {
            ended = group;
            group.Start(Sleeper(started, cleaned));
            await started.Opened;
            group.Cancel();
            group.Cancel();
            Assert.Throws<InvalidOperationException>(() => group.Start(Inline.Int(1)));
            await loop.SleepAsync(TimeSpan.Zero);
            passed = true;
        });
        Assert.True(cleaned.IsOpen);
        Assert.False(passed);
        ended.Cancel();
        // Nothing of it is left for the code after it.
        await loop.SleepAsync(TimeSpan.Zero);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.TaskGroupAsync(async group =>
        {
            group.Cancel();
            await loop.SleepAsync(TimeSpan.Zero);
            return 1;
        }));
    });

    [Theory, BothOwners]
    [CPython("test_taskgroups.py::test_taskgroup_cancel_after_wait")]
    public Task It_may_be_cancelled_by_a_callback_while_it_waits(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        await loop.TaskGroupAsync(async group =>
        {
            group.Start(Sleeper(started, cleaned));
            await started.Opened;
            group.CreateTask(Inline.Int(1)).AddDoneCallback(_ => group.Cancel());
        });
        Assert.True(cleaned.IsOpen);
    });

    [Theory, BothOwners]
    public Task Errors_of_a_cancelled_group_are_thrown(Owner owner) => RunAsync(owner, async loop =>
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
                    throw new InvalidOperationException("spam");
                }
            }));
            await started.Opened;
            group.Cancel();
        }));
        Assert.Equal("spam", Assert.Single(error.InnerExceptions).Message);
    });

    [Fact]
    public async Task A_cancel_from_outside_wins_over_the_groups_own()
    {
        var (cleaning, gate) = (new Gate(), new Gate());
        var parent = Client.CreateTask(Inline.Do(loop => loop.TaskGroupAsync(async group =>
        {
            var started = new Gate();
            group.Start(Inline.Do(async body =>
            {
                started.Open();
                try
                {
                    await body.WaitForeverAsync();
                }
                finally
                {
                    cleaning.Open();
                    await gate.Opened;
                }
            }));
            await started.Opened;
            group.Cancel();
        })));
        await cleaning.Opened.Soon();
        Assert.True(await parent.CancelAsync("outside"));
        gate.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => parent.AsTask().Soon());
    }

#pragma warning disable CA1032, CA1064 // an exception that cannot be made by its message is the point
    private sealed class OddException(string message, int number) : Exception(message)
    {
        public int Number => number;
    }
#pragma warning restore CA1032, CA1064
}
