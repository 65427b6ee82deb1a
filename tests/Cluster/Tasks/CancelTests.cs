using System.Runtime.CompilerServices;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class CancelTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel")]
    [CPython("test_tasks.py::test_cancel_with_message_then_future_result")]
    [CPython("test_tasks.py::test_cancel_with_message_then_future_exception")]
    public Task A_sleeping_task_ends_cancelled_with_the_message_after_its_cleanup(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = loop.CreateTask(Sleeper(started, cleaned));
        await started.Opened;
        Assert.True(await task.CancelAsync("enough"));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        Assert.True(cleaned.IsOpen);
        Assert.Equal(("enough", TaskState.Canceled, true), (error.CancelMessage, task.State, task.IsCanceled));
        Assert.Equal("enough", Assert.Throws<ClusterTaskCanceledException>(() => task.Result).CancelMessage);
        Assert.Equal("enough", Assert.Throws<ClusterTaskCanceledException>(() => task.Exception).CancelMessage);
        Assert.False(await task.CancelAsync());
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_with_message_before_starting_task")]
    public Task A_task_cancelled_at_once_never_runs_its_body(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        ClusterTask<int>[] tasks = [.. Enumerable.Range(0, 8).Select(_ => loop.CreateTask(Sleeper(started, new Gate())))];
        foreach (var task in tasks) _ = task.CancelAsync("enough");
        foreach (var task in tasks) Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask())).CancelMessage);
        // A client runs beside its loops, so a body may have begun before the cancel; a coroutine shares its loop's turn with nobody.
        if (owner == Owner.Coroutine) Assert.False(started.IsOpen);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_task_catching")]
    public Task A_task_that_swallows_the_cancel_and_returns_is_done(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            started.Open();
            try
            {
                await body.WaitForeverAsync();
                return 0;
            }
            catch (ClusterTaskCanceledException)
            {
                return 42;
            }
        }));
        await started.Opened;
        Assert.True(await task.CancelAsync());
        Assert.Equal((42, false), (await task, task.IsCanceled));
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_task_ignoring")]
    public Task After_a_swallowed_cancel_the_next_await_works(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, gate) = (new Gate(), new Gate());
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            started.Open();
            await Assert.ThrowsAsync<ClusterTaskCanceledException>(body.WaitForeverAsync);
            await body.SleepAsync(TimeSpan.FromMilliseconds(1));
            await body.WaitAsync(gate);
            return await body.CreateTask(Inline.Int(7)) + (body.CancellationToken.IsCancellationRequested ? 100 : 0);
        }));
        await started.Opened;
        await task.CancelAsync();
        gate.Open();
        Assert.Equal(7, await task);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_yield_future_passes_cancel")]
    public Task A_cancel_goes_through_both_silos_to_the_innermost_await_and_cleanup_runs_from_there(Owner owner) => RunAsync(owner, async loop =>
    {
        // More levels than one silo has loops, as loops are taken in turn.
        const int Depth = 12;
        var (started, order, silos) = (new Gate(), new List<int>(), new HashSet<int>());
        Coroutine<int> Level(int depth) => Inline.Int(async body =>
        {
            lock (silos) silos.Add(RuntimeHelpers.GetHashCode(body.Grains));
            try
            {
                if (depth < Depth) return await body.CreateTask(Level(depth + 1));
                started.Open();
                await body.WaitForeverAsync();
                return 0;
            }
            catch (ClusterTaskCanceledException e)
            {
                lock (order) order.Add(depth);
                Assert.Equal("enough", e.CancelMessage);
                throw;
            }
        });
        var task = loop.CreateTask(Level(1));
        await started.Opened;
        Assert.True(await task.CancelAsync("enough"));
        Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask())).CancelMessage);
        Assert.Equal(Enumerable.Range(1, Depth).Reverse(), order);
        Assert.Equal(2, silos.Count);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_inner_future")]
    public Task Cancelling_what_a_task_awaits_cancels_the_task(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        ClusterTask<int>? inner = null;
        var outer = loop.CreateTask(Inline.Int(async body => await (inner = body.CreateTask(Sleeper(started, cleaned)))));
        await started.Opened;
        await inner!.CancelAsync("inner");
        Assert.Equal("inner", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => outer.AsTask())).CancelMessage);
        Assert.True(outer.IsCanceled);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_baseexception_during_cancel")]
    [CPython("test_tasks.py::test_cancellation_exception_context")]
    public Task An_exception_thrown_in_the_cleanup_is_the_outcome(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            started.Open();
            try
            {
                await body.WaitForeverAsync();
                return 0;
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException("cleanup failed", e);
            }
        }));
        await started.Opened;
        await task.CancelAsync();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => task.AsTask());
        Assert.IsType<ClusterTaskCanceledException>(error.InnerException);
        Assert.False(task.IsCanceled);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_at_end")]
    public Task A_task_that_returns_without_having_seen_its_cancel_is_cancelled(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, gate) = (new Gate(), new Gate());
        var task = loop.CreateTask(Inline.Int(async _ =>
        {
            started.Open();
            // A plain await: the cancel cannot reach it.
            await gate.Opened;
            return 1;
        }));
        await started.Opened;
        Assert.True(await task.CancelAsync("unseen"));
        gate.Open();
        Assert.Equal("unseen", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask())).CancelMessage);
    });

    [Theory, BothOwners]
    public Task A_plain_await_sees_the_cancel_through_the_token(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            var wait = Task.Delay(Timeout.Infinite, body.CancellationToken);
            started.Open();
            try
            {
                await wait;
            }
            catch (OperationCanceledException)
            {
            }
            return 1;
        }));
        await started.Opened;
        Assert.True(await task.CancelAsync());
        Assert.Equal(1, await task);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::SleepTests.test_sleep")]
    public Task A_sleep_returns_its_result_and_takes_no_time_for_zero_or_less(Owner owner) => RunAsync(owner, async loop =>
    {
        Assert.Equal("yeah", await loop.SleepAsync(TimeSpan.FromMilliseconds(1), "yeah"));
        await loop.SleepAsync(TimeSpan.Zero);
        await loop.SleepAsync(TimeSpan.FromDays(-1));
    });
}
