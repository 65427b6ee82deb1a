using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>From threads that are no loop's: asyncio's <c>run_coroutine_threadsafe</c>, which here is <c>CreateTask</c>.</summary>
public sealed class ThreadsafeTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    [CPython("test_tasks.py::RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe")]
    public async Task Any_thread_may_create_a_task_and_block_for_its_result()
    {
        var results = new int[8];
        await Task.WhenAll(Enumerable.Range(0, results.Length).Select(i => OnThread(() =>
        {
            var task = Client.CreateTask(Inline.Int(async loop => i + await loop.CreateTask(Inline.Int(100))));
            results[i] = Block(task.AsTask());
        })));
        Assert.Equal(Enumerable.Range(100, results.Length), results);
    }

    [Fact]
    [CPython("test_tasks.py::RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_exception")]
    public async Task Its_exception_comes_out_there() => await Assert.ThrowsAsync<InvalidOperationException>(() => OnThread(() =>
        Block(Client.CreateTask(Failing("spam")).AsTask())));

    [Fact]
    [CPython("test_tasks.py::RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_timeout")]
    public async Task Who_gives_up_leaves_no_task_running()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        ClusterTask<int>? task = null;
        await Assert.ThrowsAsync<TimeoutException>(() => OnThread(() =>
        {
            task = Client.CreateTask(Sleeper(started, cleaned));
            Block(started.Opened.ContinueWith(_ => 0, TaskScheduler.Default));
            Block(task.WaitForAsync(TimeSpan.FromMilliseconds(20)));
        }));
        Assert.Equal((true, true), (task!.IsCanceled, cleaned.IsOpen));
    }

    [Fact]
    [CPython("test_tasks.py::RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_cancelled")]
    public async Task A_cancel_on_the_silo_is_a_cancel_here()
    {
        var task = Client.CreateTask(Inline.Int(async loop =>
        {
            var child = loop.CreateTask(Sleeper(new Gate(), new Gate()));
            await child.CancelAsync("on the silo");
            return await child;
        }));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => OnThread(() => Block(task.AsTask())));
        Assert.Equal(("on the silo", true), (error.CancelMessage, task.IsCanceled));
    }

    private static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Soon();

#pragma warning disable xUnit1031 // blocking is what these tests are about; each has a thread of its own
    private static T Block<T>(Task<T> task) => task.GetAwaiter().GetResult();
#pragma warning restore xUnit1031
}
