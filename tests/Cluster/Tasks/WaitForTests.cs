using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary><c>wait_for</c>, where TimeoutTests leave off.</summary>
public sealed class WaitForTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_cancel_wait_for")]
    [CPython("test_waitfor.py::test_cancel_blocking_wait_for")]
    public Task Cancelling_the_waiter_cancels_the_task_with_and_without_a_limit(Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var limit in (TimeSpan?[])[Long, null])
        {
            var (started, cleaned) = (new Gate(), new Gate());
            ClusterTask<int>? inner = null;
            var waiter = loop.CreateTask(Inline.Int(body => body.WaitForAsync(inner = body.CreateTask(Sleeper(started, cleaned)), limit)));
            await started.Opened;
            await waiter.CancelAsync("enough");
            Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiter.AsTask())).CancelMessage);
            Assert.Equal((true, true), (cleaned.IsOpen, inner!.IsCanceled));
        }
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for_timeout_less_then_0_or_0")]
    public Task With_no_time_a_running_task_is_cancelled_and_has_ended(Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var limit in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-1)])
        {
            var (started, cleaned) = (new Gate(), new Gate());
            var task = loop.CreateTask(Sleeper(started, cleaned));
            await started.Opened;
            await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(task, limit));
            Assert.Equal((true, true, true), (cleaned.IsOpen, task.IsCompleted, task.IsCanceled));
        }
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for_reraises_exception_during_cancellation")]
    public Task An_exception_of_the_cleanup_comes_instead_of_the_timeout(Owner owner) => RunAsync(owner, async loop =>
    {
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
                throw new FormatException("cleanup failed");
            }
        }));
        await started.Opened;
        Assert.Equal("cleanup failed", (await Assert.ThrowsAsync<FormatException>(() => loop.WaitForAsync(task, Short))).Message);
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for_blocking")]
    [CPython("test_waitfor.py::test_wait_for_timeout_less_then_0_or_0_future_done")]
    public Task A_result_or_failure_in_time_is_passed_on(Owner owner) => RunAsync(owner, async loop =>
    {
        Assert.Equal(1, await loop.WaitForAsync(Inline.Int(1), null));
        Assert.Equal(2, await loop.WaitForAsync(Inline.Int(2), Long));
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.WaitForAsync(Failing("spam"), Long));
        var failed = loop.CreateTask(Failing("spam"));
        await loop.WaitAsync([failed]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.WaitForAsync(failed, TimeSpan.Zero));
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_wait_for_self_cancellation")]
    public Task A_cancel_of_the_waiter_in_the_cleanup_of_the_timeout_stays_a_cancel(Owner owner) => RunAsync(owner, async loop =>
    {
        var (cleaning, gate) = (new Gate(), new Gate());
        var started = new Gate();
        var waiter = loop.CreateTask(Inline.Int(async body =>
        {
            var task = body.CreateTask(Inline.Int(async inner =>
            {
                try
                {
                    started.Open();
                    await inner.WaitForeverAsync();
                    return 0;
                }
                finally
                {
                    cleaning.Open();
                    await gate.Opened;
                }
            }));
            await started.Opened;
            return await body.WaitForAsync(task, Short);
        }));
        await cleaning.Opened;
        Assert.True(await waiter.CancelAsync());
        gate.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiter.AsTask());
    });
}
