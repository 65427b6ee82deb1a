using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class WaitTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait")]
    [CPython("test_tasks.py::test_wait_with_exception")]
    public Task All_completed_returns_all_and_throws_nothing(Owner owner) => RunAsync(owner, async loop =>
    {
        ClusterTask<int>[] tasks = [loop.CreateTask(Inline.Int(1)), loop.CreateTask(Failing("spam"))];
        var (done, pending) = await loop.WaitAsync(tasks);
        Assert.Equal((2, 0), (done.Count, pending.Count));
        Assert.Equal("spam", tasks[1].Exception!.Message);
        Assert.Equal(2, (await loop.WaitAsync(tasks)).Done.Count);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_first_completed")]
    public Task First_completed_leaves_the_rest_running(Owner owner) => RunAsync(owner, async loop =>
    {
        var (first, second) = (new Gate(), new Gate());
        ClusterTask<int>[] tasks = [loop.CreateTask(Gated(first, 1)), loop.CreateTask(Gated(second, 2))];
        var wait = loop.WaitAsync(tasks, returnWhen: ReturnWhen.FirstCompleted);
        second.Open();
        var (done, pending) = await wait;
        Assert.Equal((tasks[1], tasks[0]), (Assert.Single(done), Assert.Single(pending)));
        first.Open();
        Assert.Equal(1, await tasks[0]);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_first_exception")]
    public Task First_exception_does_not_count_a_result_or_a_cancellation(Owner owner) => RunAsync(owner, async loop =>
    {
        var (gate, started) = (new Gate(), new Gate());
        var cancelled = loop.CreateTask(Sleeper(started, new Gate()));
        var running = loop.CreateTask(Sleeper(new Gate(), new Gate()));
        var failing = loop.CreateTask(Inline.Int(async body =>
        {
            await body.WaitAsync(gate);
            throw new InvalidOperationException("spam");
        }));
        var succeeding = loop.CreateTask(Inline.Int(1));
        var wait = loop.WaitAsync([cancelled, running, failing, succeeding], returnWhen: ReturnWhen.FirstException);
        await started.Opened;
        await cancelled.CancelAsync();
        await loop.WaitAsync([cancelled, succeeding]);
        Assert.False(wait.IsCompleted);
        gate.Open();
        var (done, pending) = await wait;
        Assert.Contains(failing, done);
        Assert.Equal(running, Assert.Single(pending));
        await running.CancelAsync();
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_with_timeout")]
    [CPython("test_tasks.py::test_wait_duplicate_coroutines")]
    public Task A_timeout_throws_and_cancels_nothing_and_duplicates_count_once(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var task = loop.CreateTask(Gated(gate, 1));
        var (done, pending) = await loop.WaitAsync([task, task], TimeSpan.FromMilliseconds(10));
        Assert.Empty(done);
        Assert.Equal(task, Assert.Single(pending));
        gate.Open();
        Assert.Equal(1, await task);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_errors")]
    public Task Nothing_to_wait_for_is_an_error(Owner owner) => RunAsync(owner, async loop =>
    {
        await Assert.ThrowsAsync<ArgumentException>(() => loop.WaitAsync(Array.Empty<ClusterTask<int>>()));
        var task = loop.CreateTask(Inline.Int(1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => loop.WaitAsync([task], returnWhen: (ReturnWhen)9));
    });

    [Fact]
    public async Task Cancelling_the_waiter_cancels_no_task()
    {
        var (gate, entered) = (new Gate(), new Gate());
        ClusterTask<int> inner = null!;
        var waiting = Client.CreateTask(Inline.Int(async loop =>
        {
            inner = loop.CreateTask(Gated(gate, 1));
            entered.Open();
            try
            {
                await loop.WaitAsync([inner]);
                return 0;
            }
            catch (OperationCanceledException)
            {
                gate.Open();
                return await inner;
            }
        }));
        await entered.Opened.Soon();
        await waiting.CancelAsync();
        Assert.Equal(1, await waiting.AsTask().Soon());
        using var source = new CancellationTokenSource();
        var task = Client.CreateTask(Sleeper(new Gate(), new Gate()));
        var wait = Client.WaitAsync([task], cancellationToken: source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Soon());
        Assert.False(task.IsCompleted);
        await task.CancelAsync();
    }

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_invalid_args")]
    public Task A_null_among_the_tasks_is_an_error(Owner owner) => RunAsync(owner, async loop =>
    {
        var task = loop.CreateTask(Inline.Int(1));
        await Assert.ThrowsAsync<ArgumentException>(() => loop.WaitAsync([task, null!]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => loop.WaitAsync((ClusterTask<int>[])null!));
        await Assert.ThrowsAsync<ArgumentException>(() => loop.WaitAsync(Array.Empty<Task>()));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => loop.WaitAsync((Task[])[Task.CompletedTask], returnWhen: (ReturnWhen)9));
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait")]
    [CPython("test_tasks.py::test_wait_first_completed")]
    [CPython("test_tasks.py::test_wait_first_exception")]
    [CPython("test_tasks.py::test_wait_with_timeout")]
    public Task Plain_tasks_can_be_waited_for(Owner owner) => RunAsync(owner, async loop =>
    {
        var never = new TaskCompletionSource<int>();
        var failed = Task.FromException<int>(new InvalidOperationException("spam"));
        var first = await loop.WaitAsync((Task<int>[])[never.Task, Task.FromResult(1)], returnWhen: ReturnWhen.FirstCompleted);
        Assert.Equal((1, never.Task), (await Assert.Single(first.Done), Assert.Single(first.Pending)));
        var cancelled = Task.FromCanceled<int>(new CancellationToken(true));
        var error = await loop.WaitAsync((Task<int>[])[never.Task, cancelled, failed], returnWhen: ReturnWhen.FirstException);
        Assert.Equal((true, never.Task), (error.Done.Contains(failed), Assert.Single(error.Pending)));
        var late = await loop.WaitAsync((Task[])[never.Task, Task.CompletedTask], TimeSpan.FromMilliseconds(10));
        Assert.Equal((Task.CompletedTask, never.Task), (Assert.Single(late.Done), Assert.Single(late.Pending)));
        never.SetResult(2);
        Assert.Equal(2, (await loop.WaitAsync((Task<int>[])[never.Task, failed])).Done.Count);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::GatherTestsBase.test_return_exceptions")]
    public Task Plain_tasks_give_outcomes(Owner owner) => RunAsync(owner, async loop =>
    {
        var outcomes = await loop.GatherOutcomesAsync((Task<int>[])
            [Task.FromResult(1), Task.FromException<int>(new InvalidOperationException("spam")), Task.FromCanceled<int>(new CancellationToken(true))]);
        Assert.Equal((1, "spam", true), (outcomes[0].Value, outcomes[1].Exception!.Message, outcomes[2].IsCanceled));
        var never = new TaskCompletionSource<int>();
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(20), _ => loop.GatherOutcomesAsync((Task<int>[])[never.Task])));
        await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromMilliseconds(20), _ => loop.GatherAsync(never.Task)));
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_first_exception_in_wait")]
    public Task First_exception_returns_when_one_fails_later(Owner owner) => RunAsync(owner, async loop =>
    {
        var (gate, never) = (new Gate(), new Gate());
        var running = loop.CreateTask(Gated(never, 1));
        var failing = loop.CreateTask(Inline.Int(async body =>
        {
            await body.WaitAsync(gate);
            throw new InvalidOperationException("spam");
        }));
        var wait = loop.WaitAsync([running, failing], returnWhen: ReturnWhen.FirstException);
        Assert.False(wait.IsCompleted);
        gate.Open();
        var (done, pending) = await wait;
        Assert.Equal((failing, running), (Assert.Single(done), Assert.Single(pending)));
        // Failed before the wait, it ends it at once.
        Assert.Equal(failing, Assert.Single((await loop.WaitAsync([running, failing], returnWhen: ReturnWhen.FirstException)).Done));
        never.Open();
        Assert.Equal(2, (await loop.WaitAsync([running, failing])).Done.Count);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_first_exception")]
    public Task First_exception_without_one_is_all_completed(Owner owner) => RunAsync(owner, async loop =>
    {
        ClusterTask<int>[] tasks = [loop.CreateTask(Inline.Int(1)), loop.CreateTask(Inline.Int(2))];
        Assert.Equal(2, (await loop.WaitAsync(tasks, returnWhen: ReturnWhen.FirstException)).Done.Count);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_wait_invalid_args")]
    public Task Its_arguments_are_checked(Owner owner) => RunAsync(owner, async loop =>
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => loop.WaitAsync((IEnumerable<ClusterTask<int>>)null!));
        await Assert.ThrowsAsync<ArgumentException>(() => loop.WaitAsync(Array.Empty<ClusterTask<int>>(), returnWhen: ReturnWhen.FirstCompleted));
    });
}
