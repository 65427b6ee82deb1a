using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class RunnerTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    [CPython("test_runners.py::RunnerTests.test_run")]
    [CPython("test_runners.py::RunnerTests.test_run_keeps_context")]
    public async Task Runs_share_a_context_which_is_not_the_callers()
    {
        RequestContext.Set("user", "ada");
        await using var runner = new ClusterRunner(Client);
        RequestContext.Set("user", "grace");
        Assert.Equal("ada", await runner.RunAsync(User()).Soon());
        runner.Context["user"] = "edsger";
        Assert.Equal("edsger", await runner.RunAsync(User()).Soon());
        await runner.RunAsync(Inline.Do(async loop => Assert.Equal("edsger", await loop.CreateTask(User())))).Soon();
        runner.Context.Clear();
        Assert.Equal("nobody", await runner.RunAsync(User()).Soon());
        Assert.Equal("grace", RequestContext.Get("user"));
        RequestContext.Clear();
    }

    [Fact]
    [CPython("test_runners.py::RunnerTests.test_explicit_close")]
    [CPython("test_runners.py::RunnerTests.test_double_close")]
    [CPython("test_runners.py::RunnerTests.test_second_with_block_raises")]
    public async Task Closed_it_runs_nothing_more_and_may_be_closed_again()
    {
        var runner = new ClusterRunner(Client);
        Assert.Equal(1, await runner.RunAsync(Inline.Int(1)).Soon());
        await runner.DisposeAsync().AsTask().Soon();
        await runner.DisposeAsync().AsTask().Soon();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => runner.RunAsync(Inline.Int(1)));
        Assert.Contains("is closed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_leaves_running_goes_on_until_the_runner_is_closed()
    {
        var (started, cleaned, gate) = (new Gate(), new Gate(), new Gate());
        var runner = new ClusterRunner(Client);
        await runner.RunAsync(Inline.Do(async loop =>
        {
            _ = loop.CreateTask(Sleeper(started, cleaned));
            _ = loop.CreateTask(Inline.Do(async left =>
            {
                await left.SleepAsync(TimeSpan.Zero);
                gate.Open();
            }));
            await started.Opened;
        })).Soon();
        await runner.RunAsync(Inline.Do(loop => loop.WaitAsync(gate))).Soon();
        Assert.False(cleaned.IsOpen);
        await runner.DisposeAsync().AsTask().Soon();
        Assert.True(cleaned.IsOpen);
    }

    [Fact]
    public async Task Closing_it_cancels_the_run_that_is_on()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var runner = new ClusterRunner(Client);
        var run = runner.RunAsync(Sleeper(started, cleaned));
        await started.Opened.Soon();
        Assert.Contains("await that run first", (await Assert.ThrowsAsync<InvalidOperationException>(() => runner.RunAsync(Inline.Int(1)))).Message, StringComparison.Ordinal);
        await runner.DisposeAsync().AsTask().Soon();
        Assert.True(cleaned.IsOpen);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => run.Soon());
    }

    [Fact]
    [CPython("test_runners.py::RunnerTests.test_run_in_running_loop")]
    public async Task Inside_a_coroutine_it_is_refused()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Client.CreateTask(Inline.Do(async loop => await new ClusterRunner(loop).DisposeAsync())).AsTask().Soon());
        Assert.Contains("running coroutine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_token_and_its_exceptions_are_those_of_a_run()
    {
        await using var runner = new ClusterRunner(Client);
        using var source = new CancellationTokenSource();
        var (started, cleaned) = (new Gate(), new Gate());
        var run = runner.RunAsync(Sleeper(started, cleaned), source.Token);
        await started.Opened.Soon();
        await source.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => run.Soon());
        Assert.True(cleaned.IsOpen);
        Assert.Equal("spam", (await Assert.ThrowsAsync<InvalidOperationException>(() => runner.RunAsync(Failing("spam")).Soon())).Message);
    }

    private static Coroutine<string> User() => Inline.Text(_ => Task.FromResult((string?)RequestContext.Get("user") ?? "nobody"));
}
