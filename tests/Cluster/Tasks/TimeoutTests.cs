using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class TimeoutTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_basic")]
    [CPython("test_timeouts.py::test_outer_task_is_not_cancelled")]
    public Task A_cancel_inside_is_a_timeout_outside_and_the_caller_goes_on(Owner owner) => RunAsync(owner, async loop =>
    {
        Exception? inside = null;
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Short, async scope =>
        {
            inside = await Assert.ThrowsAsync<ClusterTaskCanceledException>(scope.WaitForeverAsync);
            throw inside;
        }));
        Assert.NotNull(inside);
        await loop.SleepAsync(TimeSpan.Zero);
        Assert.Equal(0, ClusterLoop.From(loop).Cancelling);
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_disabled")]
    public Task Without_a_limit_or_within_it_the_blocks_result_is_returned(Owner owner) => RunAsync(owner, async loop =>
    {
        Assert.Equal(1, await loop.TimeoutAsync(null, async scope => await scope.CreateTask(Inline.Int(1))));
        Assert.Equal(2, await loop.TimeoutAsync(Long, async scope => await scope.CreateTask(Inline.Int(2))));
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_timeout_zero")]
    [CPython("test_timeouts.py::test_timeout_zero_sleep_zero")]
    [CPython("test_timeouts.py::test_timeout_in_the_past_sleep_zero")]
    public Task A_limit_of_zero_or_less_ends_the_block_at_its_first_cancel_point(Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var limit in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-1)])
        {
            foreach (var sleep in (TimeSpan[])[TimeSpan.Zero, Long])
            {
                var reached = 0;
                await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(limit, async scope =>
                {
                    reached++;
                    await scope.SleepAsync(sleep);
                    reached++;
                }));
                Assert.Equal(1, reached);
            }
        }
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_nested_timeouts")]
    public Task Only_the_timeout_whose_time_is_over_reports_it(Owner owner) => RunAsync(owner, async loop =>
    {
        var trace = new List<string>();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(Short, async outer =>
        {
            try
            {
                await outer.TimeoutAsync(Long, inner => inner.WaitForeverAsync());
            }
            catch (Exception e)
            {
                trace.Add(e.GetType().Name);
                throw;
            }
        }));
        await loop.TimeoutAsync(Long, async outer =>
        {
            await Assert.ThrowsAsync<TimeoutException>(() => outer.TimeoutAsync(Short, inner => inner.WaitForeverAsync()));
            await outer.SleepAsync(TimeSpan.Zero);
            trace.Add("goes on");
        });
        Assert.Equal([nameof(ClusterTaskCanceledException), "goes on"], trace);
    });

    [Theory, BothOwners]
    public Task Two_timeouts_at_once_do_not_cancel_each_other(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var patient = loop.WaitForAsync(Gated(gate, 1), Long);
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(Sleeper(new Gate(), new Gate()), Short));
        gate.Open();
        Assert.Equal(1, await patient);
    });

    [Theory, BothOwners]
    [CPython("test_timeouts.py::test_foreign_exception_passed")]
    [CPython("test_timeouts.py::test_foreign_exception_on_timeout")]
    public Task Another_exception_passes_unchanged(Owner owner) => RunAsync(owner, async loop =>
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.TimeoutAsync(Long, _ => throw new InvalidOperationException()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.TimeoutAsync(Short, async scope =>
        {
            try
            {
                await scope.WaitForeverAsync();
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException("cleanup failed", e);
            }
        }));
    });

    [Fact]
    [CPython("test_timeouts.py::test_foreign_cancel_doesnt_timeout_if_not_expired")]
    public async Task A_cancel_from_outside_stays_a_cancel()
    {
        var entered = new Gate();
        var task = Client.CreateTask(Inline.Do(loop => loop.TimeoutAsync(Long, scope =>
        {
            entered.Open();
            return scope.WaitForeverAsync();
        })));
        await entered.Opened.Soon();
        await task.CancelAsync("outside");
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        Assert.Equal("outside", error.CancelMessage);
    }

    [Fact]
    [CPython("test_tasks.py::test_uncancel_structured_blocks")]
    public async Task A_cancel_from_outside_during_the_timeouts_cleanup_stays_a_cancel()
    {
        var (cleaning, gate) = (new Gate(), new Gate());
        var task = Client.CreateTask(Inline.Do(loop => loop.TimeoutAsync(Short, async scope =>
        {
            try
            {
                await scope.WaitForeverAsync();
            }
            finally
            {
                cleaning.Open();
                await gate.Opened;
            }
        })));
        await cleaning.Opened.Soon();
        await task.CancelAsync("outside");
        gate.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
    }

    [Fact]
    public async Task A_blocks_token_fires_when_its_time_is_over() =>
        Assert.Equal("TimeoutException", await RunAsync(Inline.Text(async loop =>
        {
            try
            {
                await loop.TimeoutAsync(Short, _ => Task.Delay(Timeout.Infinite, loop.CancellationToken));
                return "nothing";
            }
            catch (Exception e)
            {
                return e.GetType().Name;
            }
        })));

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for")]
    [CPython("test_waitfor.py::test_wait_for_waits_for_task_cancellation")]
    public Task Wait_for_throws_only_after_the_cleanup_has_ended(Owner owner) => RunAsync(owner, async loop =>
    {
        var cleaned = false;
        // A task that is cancelled before it starts has no cleanup.
        var started = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
            {
                started.Open();
                try
                {
                    await body.WaitForeverAsync();
                    return 0;
                }
                finally
                {
                    await Task.Delay(100);
                    cleaned = true;
                }
            }));
        await started.Opened.Soon();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(task, Short));
        Assert.True(cleaned);
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started")]
    [CPython("test_waitfor.py::test_wait_for_timeout_less_then_0_or_0_future_done")]
    public Task With_no_time_a_coroutine_never_starts_and_an_ended_task_is_returned(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(Sleeper(started, new Gate()), TimeSpan.Zero));
        var task = loop.CreateTask(Inline.Int(1));
        await task;
        Assert.Equal(1, await loop.WaitForAsync(task, TimeSpan.Zero));
        Assert.Equal(1, await task.WaitForAsync(TimeSpan.FromSeconds(-1)));
        Assert.False(started.IsOpen);
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for_race_condition")]
    public Task A_task_that_answers_the_timeouts_cancel_with_a_result_wins(Owner owner) => RunAsync(owner, async loop =>
    {
        // A task that is cancelled before it starts answers nothing.
        var started = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            try
            {
                started.Open();
                await body.WaitForeverAsync();
                return 0;
            }
            catch (OperationCanceledException)
            {
                return 42;
            }
        }));
        await started.Opened;
        Assert.Equal(42, await loop.WaitForAsync(task, Short));
    });

    [Fact]
    [CPython("test_waitfor.py::test_cancel_wait_for")]
    public async Task Cancelling_who_waits_cancels_what_is_waited_for()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = Client.CreateTask(Inline.Int(loop => loop.WaitForAsync(Sleeper(started, cleaned), Long)));
        await started.Opened.Soon();
        await task.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        Assert.True(cleaned.IsOpen);
    }
}
