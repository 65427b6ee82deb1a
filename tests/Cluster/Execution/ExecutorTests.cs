using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Cluster.Execution;

/// <summary>Code that blocks, on threads of the silos' executors.</summary>
public sealed class ExecutorTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_events.py::EventLoopTestsMixin.test_run_in_executor")]
    [CPython("test_threads.py::ToThreadTests.test_to_thread")]
    public Task A_call_runs_on_a_thread_of_its_own_and_its_result_comes_back(Owner owner) => RunAsync(owner, async loop =>
    {
        Thread? thread = null;
        Assert.Equal(7, await loop.RunInExecutorAsync(Blocking.Int(_ =>
        {
            thread = Thread.CurrentThread;
            return 7;
        })));
        Assert.False(thread!.IsThreadPoolThread);
        var ran = new Gate();
        await loop.RunInExecutorAsync(Blocking.Do(_ => ran.Open()));
        Assert.True(ran.IsOpen);
    });

    [Theory, BothOwners]
    [CPython("test_threads.py::ToThreadTests.test_to_thread_concurrent")]
    [CPython("test_threads.py::ToThreadTests.test_to_thread_once")]
    public Task Several_run_at_the_same_time_and_each_once(Owner owner) => RunAsync(owner, async loop =>
    {
        var (both, runs) = (new Barrier(2), 0);
        int Meet(CancellationToken token)
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30), token));
            return Interlocked.Increment(ref runs);
        }
        Assert.Equal([1, 2], (await loop.GatherAsync(Blocking.Int(Meet), Blocking.Int(Meet))).Order());
    });

    [Theory, BothOwners]
    public Task An_exception_keeps_its_type_and_its_remote_stack(Owner owner) => RunAsync(owner, async loop =>
    {
        var error = await Assert.ThrowsAsync<FormatException>(() => loop.RunInExecutorAsync(Blocking.Int(_ => throw new FormatException("spam"))));
        Assert.Equal("spam", error.Message);
        Assert.Contains(nameof(BlockingIntBody), error.StackTrace, StringComparison.Ordinal);
    });

    [Theory, BothOwners]
    [CPython("test_threads.py::ToThreadTests.test_to_thread_contextvars")]
    public Task It_has_its_creators_context_and_is_no_task_itself(Owner owner) => RunAsync(owner, async loop =>
    {
        RequestContext.Set("user", "ada");
        await loop.RunInExecutorAsync(Blocking.Do(_ => Assert.Equal(("ada", null), (RequestContext.Get("user"), ClusterLoop.Current))));
        RequestContext.Clear();
    });

    [Theory, BothOwners]
    public Task Cancelled_while_it_runs_the_task_ends_at_once_and_the_code_is_told(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, gate, told) = (new Gate(), new Gate(), new Gate());
        var task = loop.CreateTask(Blocking.Int(token =>
        {
            started.Open();
            gate.Block();
            if (token.IsCancellationRequested) told.Open();
            return 1;
        }));
        await started.Opened;
        Assert.True(await task.CancelAsync("enough"));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        Assert.Equal(("enough", true, false), (error.CancelMessage, task.IsCanceled, told.IsOpen));
        gate.Open();
        await told.Opened;
    });

    [Theory, BothOwners]
    public Task Cancelling_whoever_waits_cancels_the_call(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, gate) = (new Gate(), new Gate());
        var waiter = loop.CreateTask(Inline.Int(body => body.RunInExecutorAsync(Blocking.Gated(started, gate))));
        await started.Opened;
        await waiter.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiter.AsTask());
        using var cancel = new CancellationTokenSource();
        var again = new Gate();
        var call = loop.RunInExecutorAsync(Blocking.Gated(again, gate), cancellationToken: cancel.Token);
        await again.Opened;
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => call);
        gate.Open();
    });

    [Theory, BothOwners]
    public Task A_timeout_ends_the_wait_on_time(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(50), _ => loop.RunInExecutorAsync(Blocking.Gated(new Gate(), gate))));
        gate.Open();
    });

    [Theory, BothOwners]
    public Task A_coroutine_that_does_not_block_is_refused_by_name(Owner owner) => RunAsync(owner, async loop =>
    {
        var ran = new Gate();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.RunInExecutorAsync(Sleeper(ran, new Gate())));
        Assert.Contains($"{nameof(InlineIntBody)} runs on its loop", error.Message, StringComparison.Ordinal);
        Assert.Contains("CreateTask", error.Message, StringComparison.Ordinal);
        Assert.False(ran.IsOpen);
        // Its task's own children are not in the executor.
        Assert.Equal(1, await loop.CreateTask(Inline.Int(1)));
    });

    [Fact]
    public async Task Nothing_to_run_is_an_error() => await Assert.ThrowsAsync<ArgumentNullException>(() => Client.RunInExecutorAsync<int>(null!));

    [Fact]
    public async Task It_is_listed_as_waiting_for_its_executor()
    {
        var (started, gate) = (new Gate(), new Gate());
        var task = Client.CreateTask(Blocking.Gated(started, gate), new TaskOptions { Name = "resize" });
        await started.Opened.Soon();
        ClusterTaskInfo? found = null;
        await foreach (var info in Client.AllTasksAsync(task.Id)) found = info;
        Assert.Equal(("resize", ClusterTaskState.Running, AwaitKind.Executor), (found!.Name, found.State, Assert.Single(found.Waits).Kind));
        gate.Open();
        await task.AsTask().Soon();
    }

    [Fact]
    public async Task A_detached_task_may_block_too()
    {
        var task = await Client.CreateDetachedTaskAsync(Blocking.Int(_ => 7)).Soon();
        Assert.Equal(7, await task.WaitAsync().Soon());
    }

    [Fact]
    public async Task An_eager_one_leaves_its_creators_turn_at_once()
    {
        Assert.Equal(1, await RunAsync(Inline.Int(async loop =>
        {
            var (started, gate) = (new Gate(), new Gate());
            var task = loop.CreateTask(Blocking.Gated(started, gate, 1), new TaskOptions { Eager = true });
            await loop.WaitAsync(started);
            gate.Open();
            return await task;
        })));
    }
}
