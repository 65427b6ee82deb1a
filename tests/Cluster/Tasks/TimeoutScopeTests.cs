using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>What the block of a timeout can ask and change, and what its tasks are told.</summary>
public sealed class TimeoutScopeTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_basic")]
    [CPython("test_timeouts.py::test_timeout_disabled")]
    public Task It_tells_what_is_left_and_whether_it_is_over(Owner owner) => RunAsync(owner, async loop =>
    {
        ITimeoutScope scope = null!;
        await loop.TimeoutAsync(null, _ =>
        {
            scope = _;
            Assert.Equal((null, false), (scope.When, scope.IsExpired));
            return Task.CompletedTask;
        });
        await loop.TimeoutAsync(Long, _ =>
        {
            scope = _;
            Assert.InRange(scope.When!.Value, Long - TimeSpan.FromMinutes(1), Long);
            return Task.CompletedTask;
        });
        Assert.False(scope.IsExpired);
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Short, _ => (scope = _).WaitForeverAsync()));
        Assert.Equal((TimeSpan.Zero, true), (scope.When, scope.IsExpired));
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_reschedule")]
    public Task Its_limit_can_be_changed_and_taken_away(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        // Long enough for the block to begin on a busy machine.
        var first = TimeSpan.FromSeconds(2);
        Assert.Equal(1, await loop.TimeoutAsync(first, async scope =>
        {
            scope.Reschedule(Long);
            Assert.InRange(scope.When!.Value, Long - TimeSpan.FromMinutes(1), Long);
            scope.Reschedule(null);
            Assert.Null(scope.When);
            // The first limit would be over by now.
            await scope.SleepAsync(first + Short);
            return await scope.CreateTask(Inline.Int(1));
        }));
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(null, scope =>
        {
            scope.Reschedule(Short);
            return scope.WaitAsync(gate);
        }));
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_zero_sleep_zero")]
    [CPython("test_timeouts.py::test_timeout_in_the_past_sleep_zero")]
    public Task A_limit_set_to_the_past_ends_the_block_at_its_next_cancel_point(Owner owner) => RunAsync(owner, async loop =>
    {
        var (reached, passed) = (false, false);
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Long, async scope =>
        {
            scope.Reschedule(TimeSpan.FromSeconds(-1));
            reached = scope.IsExpired;
            await scope.SleepAsync(TimeSpan.Zero);
            passed = true;
        }));
        Assert.Equal((true, false), (reached, passed));
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_expired")]
    [CPython("test_timeouts.py::test_timeout_expiring")]
    [CPython("test_timeouts.py::test_timeout_finished")]
    public Task Rescheduling_it_when_it_is_over_is_an_error(Owner owner) => RunAsync(owner, async loop =>
    {
        ITimeoutScope scope = null!;
        await loop.TimeoutAsync(Long, _ =>
        {
            scope = _;
            return Task.CompletedTask;
        });
        Assert.Contains("has ended", Assert.Throws<InvalidOperationException>(() => scope.Reschedule(Long)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Short, async _ =>
        {
            scope = _;
            try
            {
                await scope.WaitForeverAsync();
            }
            catch (OperationCanceledException)
            {
                Assert.Contains("being cancelled", Assert.Throws<InvalidOperationException>(() => scope.Reschedule(Long)).Message, StringComparison.Ordinal);
                throw;
            }
        }));
        Assert.Throws<InvalidOperationException>(() => scope.Reschedule(null));
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_nested_timeouts")]
    public Task Of_two_that_end_together_only_the_outer_reports_it(Owner owner) => RunAsync(owner, async loop =>
    {
        ITimeoutScope inner = null!;
        Exception? seen = null;
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.Zero, async outer =>
        {
            try
            {
                await outer.TimeoutAsync(TimeSpan.Zero, _ => (inner = _).WaitForeverAsync());
            }
            catch (Exception e)
            {
                seen = e;
                throw;
            }
        }));
        Assert.IsType<ClusterTaskCanceledException>(seen);
        Assert.True(inner.IsExpired);
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_foreign_exception_on_timeout")]
    public Task Another_exception_passes_unchanged_and_the_scope_still_tells(Owner owner) => RunAsync(owner, async loop =>
    {
        ITimeoutScope scope = null!;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.TimeoutAsync(Short, async _ =>
        {
            try
            {
                await (scope = _).WaitForeverAsync();
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException("cleanup failed", e);
            }
        }));
        Assert.IsType<ClusterTaskCanceledException>(error.InnerException);
        Assert.True(scope.IsExpired);
    });

    [Theory, BothOwners]
    public Task A_cancel_that_came_before_the_block_goes_to_its_first_cancel_point(Owner owner) => RunAsync(owner, async loop =>
    {
        var trace = new List<string>();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.Zero, async outer =>
        {
            // No cancel point in it: it ends as usual.
            trace.Add(await outer.TimeoutAsync(Long, _ => Task.FromResult("inner")));
            await outer.SleepAsync(TimeSpan.Zero);
            trace.Add("after");
        }));
        Assert.Equal(["inner"], trace);
    });

    [Theory, BothOwners]
    public Task Tasks_are_told_what_is_left_of_the_timeouts_they_were_created_in(Owner owner) => RunAsync(owner, async loop =>
    {
        Coroutine<string> Left() => Inline.Text(body => Task.FromResult($"{body.TimeLeft}"));
        Assert.Null(loop.TimeLeft);
        Assert.Equal("", await loop.CreateTask(Left()));
        await loop.TimeoutAsync(2 * Long, async outer =>
        {
            Assert.InRange(TimeSpan.Parse(await loop.CreateTask(Left()), null), Long, 2 * Long);
            Assert.InRange(TimeSpan.Parse(await loop.CreateTask(Left(), new TaskOptions { Eager = true }), null), Long, 2 * Long);
            var inner = await loop.TimeoutAsync(Long, async scope =>
            {
                Assert.InRange(outer.TimeLeft!.Value, TimeSpan.Zero, Long);
                // Down to the grandchildren, over silos; a longer limit of their own does not extend it.
                return await scope.CreateTask(Inline.Text(child => child.TimeoutAsync(3 * Long, async own =>
                    $"{await own.CreateTask(Left())} {child.TimeLeft}")));
            });
            Assert.All(inner.Split(' '), left => Assert.InRange(TimeSpan.Parse(left, null), TimeSpan.FromSeconds(1), Long));
            Assert.InRange(outer.TimeLeft!.Value, Long, 2 * Long);
        });
        await loop.TimeoutAsync(null, async scope => Assert.Equal("", await scope.CreateTask(Left())));
        Assert.Equal("", await loop.CreateTask(Left()));
    });

    [Theory, BothOwners]
    public Task In_a_group_the_timeout_around_it_counts(Owner owner) => RunAsync(owner, loop => loop.TimeoutAsync(Long, _ => loop.TaskGroupAsync(async group =>
    {
        var left = await group.CreateTask(Inline.Text(body => Task.FromResult($"{body.TimeLeft}")));
        Assert.InRange(TimeSpan.Parse(left, null), TimeSpan.FromSeconds(1), Long);
    })));

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for")]
    public Task Wait_for_takes_coroutines_tasks_and_operations_of_any_shape(Owner owner) => RunAsync(owner, async loop =>
    {
        await loop.WaitForAsync(Inline.Do(_ => Task.CompletedTask), Long);
        await loop.WaitForAsync(loop.CreateTask(Inline.Do(_ => Task.CompletedTask)), Long);
        Assert.Equal(1, await loop.WaitForAsync(_ => Task.FromResult(1), Long));
        await loop.WaitForAsync(_ => Task.CompletedTask, null);
        var (started, cleaned) = (new Gate(), new Gate());
        ClusterTask slow = loop.CreateTask(Sleeper(started, cleaned));
        await started.Opened;
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(slow, Short));
        Assert.True(cleaned.IsOpen);
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(token => Task.Delay(Timeout.Infinite, token), Short));
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(Inline.Do(body => body.WaitForeverAsync()), Short));
        var called = false;
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(_ =>
        {
            called = true;
            return Task.CompletedTask;
        }, TimeSpan.Zero));
        Assert.False(called);
    });
}
