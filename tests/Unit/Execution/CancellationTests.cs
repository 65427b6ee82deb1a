using OrleansAsync.Execution;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Who gets a cancel, and how often: the bookkeeping of <see cref="ClusterLoop"/> by itself.</summary>
public sealed class CancellationTests
{
    private readonly ClusterLoop _loop = new(null!, "c1", 1, 0);

    [Fact]
    [CPython("test_tasks.py::test_cancelling")]
    public void Every_request_counts_until_the_task_has_ended()
    {
        Assert.True(_loop.Cancel(null));
        Assert.True(_loop.Cancel(null));
        Assert.Equal(2, _loop.Cancelling);
        _loop.End();
        Assert.False(_loop.Cancel(null));
        Assert.Equal(2, _loop.Cancelling);
    }

    [Fact]
    [CPython("test_tasks.py::test_uncancel_basic")]
    public async Task Taken_back_in_time_a_cancel_never_happened()
    {
        _loop.Cancel(null);
        Assert.Equal(0, _loop.Uncancel());
        Assert.Equal(0, _loop.Uncancel());
        Assert.False(_loop.CancellationToken.IsCancellationRequested);
        Assert.Equal(1, await _loop.WaitAsync(_ => Task.FromResult(1)));
    }

    [Fact]
    public async Task A_cancel_while_nothing_is_awaited_goes_to_the_next_cancel_point_once()
    {
        _loop.Cancel("why");
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => _loop.WaitAsync(_ => Task.FromResult(1)));
        Assert.Equal("why", error.CancelMessage);
        Assert.Equal(2, await _loop.WaitAsync(_ => Task.FromResult(2)));
    }

    [Fact]
    [CPython("test_tasks.py::test_cancel_task_ignoring")]
    public async Task After_a_cancel_was_delivered_the_token_is_fresh()
    {
        var waiting = _loop.WaitAsync(async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return 1;
        });
        var before = _loop.CancellationToken;
        _loop.Cancel("why");
        Assert.True(before.IsCancellationRequested);
        Assert.Equal("why", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiting)).CancelMessage);
        Assert.False(_loop.CancellationToken.IsCancellationRequested);
        Assert.Equal(2, await _loop.WaitAsync(_ => Task.FromResult(2)));
    }

    [Fact]
    public async Task Until_a_cancel_was_delivered_the_token_stays_cancelled()
    {
        var token = _loop.CancellationToken;
        _loop.Cancel(null);
        Assert.True(token.IsCancellationRequested);
        Assert.True(_loop.CancellationToken.IsCancellationRequested);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => _loop.WaitAsync(_ => Task.FromResult(1)));
        Assert.False(_loop.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public async Task A_cancel_that_what_was_awaited_did_not_notice_goes_to_the_next_cancel_point()
    {
        var answer = new TaskCompletionSource<int>();
        var waiting = _loop.WaitAsync(_ => answer.Task);
        _loop.Cancel("why");
        answer.SetResult(1);
        Assert.Equal(1, await waiting);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => _loop.WaitAsync(_ => Task.FromResult(2)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancel_passed_on_is_delivered_only_if_it_was_in_time(bool inTime)
    {
        var (result, request) = (new TaskCompletionSource<int>(), new TaskCompletionSource<bool>());
        var waiting = _loop.WaitAsync(result.Task, _ => request.Task);
        _loop.Cancel(null);
        result.SetResult(1);
        request.SetResult(inTime);
        Assert.Equal(1, await waiting);
        var next = _loop.WaitAsync(_ => Task.FromResult(2));
        if (inTime) Assert.Equal(2, await next);
        else await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => next);
    }

    [Fact]
    public async Task A_wait_that_had_ended_when_it_was_cancelled_leaves_the_cancel_to_the_next()
    {
        var result = new TaskCompletionSource<int>();
        var waiting = _loop.WaitAsync(result.Task, _ => Task.FromResult(false));
        _loop.Cancel(null);
        result.SetResult(1);
        Assert.Equal(1, await waiting);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => _loop.WaitAsync(_ => Task.FromResult(2)));
    }

    [Fact]
    public async Task A_wait_that_goes_on_inside_the_cancelling_call_is_cancelled_once()
    {
        // As the sleepers of a loop: completed in a turn of it, they go on in that turn.
        var sleeper = new TaskCompletionSource<int>();
        var trace = new List<string>();
        var body = BodyAsync();
        _loop.Cancel("once");
        Assert.Equal(["cancelled", "went on"], trace);
        Assert.Equal(3, await body);

        async Task<int> BodyAsync()
        {
            try
            {
                await _loop.WaitAsync(sleeper.Task, message =>
                {
                    sleeper.SetException(new ClusterTaskCanceledException(message));
                    return Task.FromResult(true);
                });
            }
            catch (ClusterTaskCanceledException)
            {
                trace.Add("cancelled");
            }
            var result = await _loop.WaitAsync(_ => Task.FromResult(3));
            trace.Add("went on");
            return result;
        }
    }
}
