using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class RunTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    [CPython("test_runners.py::test_asyncio_run_return")]
    public async Task The_main_coroutines_result_is_returned() => Assert.Equal(5, await Client.RunAsync(Inline.Int(5)).Soon());

    [Fact]
    [CPython("test_runners.py::test_asyncio_run_raises")]
    public async Task The_main_coroutines_exception_is_thrown()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Client.RunAsync(Failing("spam")).Soon());
        Assert.Equal("spam", error.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.RunAsync(Inline.Do(_ => throw new InvalidOperationException())).Soon());
    }

    [Fact]
    [CPython("test_runners.py::test_asyncio_run_cancels_hanging_tasks")]
    public async Task What_main_left_running_is_cancelled_and_awaited_down_to_grandchildren()
    {
        Gate[] started = [.. Enumerable.Range(0, 9).Select(_ => new Gate())];
        var ended = 0;
        var result = await Client.RunAsync(Inline.Int(async main =>
        {
            for (var i = 0; i < 3; i++)
            {
                var at = i * 3;
                _ = main.CreateTask(Inline.Int(async child =>
                {
                    foreach (var gate in started[at..(at + 3)])
                    {
                        _ = child.CreateTask(Inline.Int(async grandchild =>
                        {
                            gate.Open();
                            try
                            {
                                await grandchild.WaitForeverAsync();
                            }
                            finally
                            {
                                // Cleanup takes its time: the run waits for it.
                                await Task.Delay(50);
                                Interlocked.Increment(ref ended);
                            }
                            return 0;
                        }));
                    }
                    return 0;
                }));
            }
            await Task.WhenAll(started.Select(gate => gate.Opened));
            return 7;
        })).Soon();
        Assert.Equal((7, 9), (result, ended));
    }

    [Fact]
    public async Task Other_runs_go_on_when_one_ends()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var other = Client.CreateTask(Sleeper(started, cleaned));
        await started.Opened.Soon();
        await Client.RunAsync(Inline.Do(loop =>
        {
            _ = loop.CreateTask(Sleeper(new Gate(), new Gate()));
            return Task.CompletedTask;
        })).Soon();
        Assert.False(cleaned.IsOpen);
        await other.CancelAsync();
    }

    [Fact]
    [CPython("test_runners.py::test_asyncio_run_from_running_loop")]
    public async Task Inside_a_coroutine_it_is_refused()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(Inline.Int(loop => loop.RunAsync(Inline.Int(1)))));
        Assert.Contains("await CreateTask", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [CPython("test_runners.py::test_interrupt_wait")]
    public async Task Its_token_cancels_main_and_it_returns_after_the_cleanup()
    {
        using var source = new CancellationTokenSource();
        var (started, cleaned) = (new Gate(), new Gate());
        var run = Client.RunAsync(Inline.Int(async loop => await loop.CreateTask(Sleeper(started, cleaned))), source.Token);
        await started.Opened.Soon();
        await source.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => run.Soon());
        Assert.True(cleaned.IsOpen);
    }

    [Fact]
    [CPython("test_runners.py::test_interrupt_call_soon")]
    public async Task Its_token_cancels_main_wherever_it_is()
    {
        using var source = new CancellationTokenSource();
        var run = Client.RunAsync(Inline.Do(async loop =>
        {
            // It never waits for long, only lets others run.
            while (true)
            {
                await loop.SleepAsync(TimeSpan.Zero);
                await source.CancelAsync();
            }
        }), source.Token);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => run.Soon());
    }

    [Fact]
    [CPython("test_runners.py::test_interrupt_cancelled_task")]
    public async Task Main_that_was_cancelled_by_something_else_is_a_cancellation()
    {
        using var source = new CancellationTokenSource();
        var run = Client.RunAsync(Inline.Int(async loop =>
        {
            var child = loop.CreateTask(Sleeper(new Gate(), new Gate()));
            await child.CancelAsync("child");
            return await child;
        }), source.Token);
        Assert.Equal("child", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => run.Soon())).CancelMessage);
    }

    [Fact]
    [CPython("test_runners.py::test_asyncio_run_only_coro")]
    public async Task Nothing_to_run_is_an_error()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Client.RunAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Client.RunAsync<int>(null!));
    }
}
