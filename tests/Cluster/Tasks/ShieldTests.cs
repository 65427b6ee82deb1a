using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class ShieldTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [CPython("test_tasks.py::test_shield_effect")]
    public async Task Cancelling_the_waiter_leaves_the_task_running(bool fromCoroutine)
    {
        var (started, gate) = (new Gate(), new Gate());
        ClusterTask<int> inner = null!;
        var waiter = Client.CreateTask(Inline.Int(async loop =>
        {
            var coroutine = Inline.Int(async body =>
            {
                started.Open();
                await body.WaitAsync(gate);
                return 42;
            });
            try
            {
                return await (fromCoroutine ? loop.ShieldAsync(coroutine) : loop.ShieldAsync(inner = loop.CreateTask(coroutine)));
            }
            catch (ClusterTaskCanceledException e) when (!fromCoroutine)
            {
                Assert.Equal(("enough", false), (e.CancelMessage, inner.IsCompleted));
                gate.Open();
                return await inner;
            }
        }));
        await started.Opened.Soon();
        await waiter.CancelAsync("enough");
        if (fromCoroutine) await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiter.AsTask().Soon());
        else Assert.Equal(42, await waiter.AsTask().Soon());
        gate.Open();
    }

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_shield_cancel_inner")]
    public Task When_the_task_is_cancelled_so_is_the_shield(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var inner = loop.CreateTask(Sleeper(started, new Gate()));
        var shield = loop.ShieldAsync(inner);
        await started.Opened;
        await inner.CancelAsync("inner");
        Assert.Equal("inner", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => shield)).CancelMessage);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_shield_result")]
    [CPython("test_tasks.py::test_shield_exception")]
    [CPython("test_tasks.py::test_shield_shortcut")]
    public Task Otherwise_it_changes_nothing(Owner owner) => RunAsync(owner, async loop =>
    {
        Assert.Equal(42, await loop.ShieldAsync(Inline.Int(42)));
        await loop.ShieldAsync(Inline.Do(_ => Task.CompletedTask));
        Assert.Equal("spam", (await Assert.ThrowsAsync<InvalidOperationException>(() => loop.ShieldAsync(Failing("spam")))).Message);
        var done = loop.CreateTask(Inline.Int(43));
        await done;
        var shield = loop.ShieldAsync(done);
        Assert.True(shield.IsCompletedSuccessfully);
        Assert.Equal(43, await shield);
        ClusterTask untyped = done;
        await loop.ShieldAsync(untyped);
    });

    [Theory, BothOwners]
    [CPython("test_waitfor.py::test_shielded_timeout")]
    [CPython("test_waitfor.py::test_zero_timeout")]
    public Task A_timeout_ends_the_wait_and_the_task_goes_on(Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var limit in (TimeSpan[])[TimeSpan.FromMilliseconds(20), TimeSpan.Zero])
        {
            var gate = new Gate();
            var inner = loop.CreateTask(Gated(gate, 42));
            await Assert.ThrowsAsync<TimeoutException>(() => loop.WaitForAsync(_ => loop.ShieldAsync(inner), limit));
            Assert.False(inner.IsCompleted);
            gate.Open();
            Assert.Equal(42, await inner);
        }
    });

    [Theory, BothOwners]
    public Task A_plain_task_can_be_shielded(Owner owner) => RunAsync(owner, async loop =>
    {
        var source = new TaskCompletionSource<int>();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(20), _ => loop.ShieldAsync(source.Task)));
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(20), _ => loop.ShieldAsync((Task)source.Task)));
        source.SetResult(1);
        Assert.Equal(1, await loop.ShieldAsync(source.Task));
        await loop.ShieldAsync((Task)source.Task);
    });
}
