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
    public async Task Cancels_that_come_before_the_task_goes_on_are_one_to_it()
    {
        // As the sleepers of a loop: completed in a turn of it, they would go on in that turn.
        var sleeper = new TaskCompletionSource<int>();
        var turns = new Turns();
        var trace = new List<string>();
        Task<int> body = null!;
        turns.Do(() => body = BodyAsync());
        turns.Do(() =>
        {
            _loop.Cancel("first");
            Assert.Empty(trace);
            _loop.Cancel("second");
        });
        turns.RunAll();
        Assert.Equal(["first", "went on"], trace);
        Assert.Equal((3, 2), (await body, _loop.Cancelling));

        async Task<int> BodyAsync()
        {
            try
            {
                await _loop.WaitAsync(sleeper.Task, message => Task.FromResult(sleeper.TrySetException(new ClusterTaskCanceledException(message))));
            }
            catch (ClusterTaskCanceledException e)
            {
                trace.Add(e.CancelMessage!);
            }
            var result = await _loop.WaitAsync(_ => Task.FromResult(3));
            trace.Add("went on");
            return result;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_that_crosses_a_cancel_hides_it_only_if_the_cancel_was_in_time(bool inTime)
    {
        var (result, request) = (new TaskCompletionSource<int>(), new TaskCompletionSource<bool>());
        var waiting = _loop.WaitAsync(result.Task, _ => request.Task);
        _loop.Cancel("why");
        result.SetException(new InvalidOperationException("spam"));
        request.SetResult(inTime);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        var next = _loop.WaitAsync(_ => Task.FromResult(2));
        if (inTime) Assert.Equal(2, await next);
        else Assert.Equal("why", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => next)).CancelMessage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_operation_that_fails_has_seen_the_cancel_only_if_that_is_the_cause(bool isCause)
    {
        var answer = new TaskCompletionSource<int>();
        var waiting = _loop.WaitAsync(_ => answer.Task);
        _loop.Cancel(null);
        answer.SetException(new InvalidOperationException("spam", isCause ? new OperationCanceledException() : null));
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        var next = _loop.WaitAsync(_ => Task.FromResult(2));
        if (isCause) Assert.Equal(2, await next);
        else await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => next);
    }

    [Fact]
    [CPython("test_tasks.py::test_cancel_both_task_and_inner_future")]
    public async Task A_cancel_of_the_task_and_of_what_it_awaits_is_one()
    {
        var inner = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var turns = new Turns();
        Task<int> waiting = null!;
        turns.Do(() => waiting = _loop.WaitAsync(inner.Task, _ => Task.FromResult(false)));
        turns.Do(() =>
        {
            inner.SetException(new ClusterTaskCanceledException("inner"));
            _loop.Cancel("outer");
        });
        turns.RunAll();
        Assert.Equal("inner", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiting)).CancelMessage);
        Assert.Equal(2, await _loop.WaitAsync(_ => Task.FromResult(2)));
    }

    [Fact]
    public async Task Awaiting_what_has_ended_is_no_cancel_point()
    {
        _loop.Cancel("why");
        Assert.Equal(1, await _loop.WaitAsync(Task.FromResult(1), _ => throw new InvalidOperationException()));
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => _loop.WaitAsync(_ => Task.FromResult(2)));
    }

    [Fact]
    [CPython("test_tasks.py::test_uncancel_basic")]
    public async Task A_cancel_that_nobody_noticed_and_that_was_taken_back_does_not_come_again()
    {
        var answer = new TaskCompletionSource<int>();
        var waiting = _loop.WaitAsync(_ => answer.Task);
        _loop.Cancel(null);
        Assert.Equal(0, _loop.Uncancel());
        answer.SetResult(1);
        Assert.Equal(1, await waiting);
        Assert.Equal(2, await _loop.WaitAsync(_ => Task.FromResult(2)));
        Assert.False(_loop.HasUnseenCancel(out _));
    }

    [Fact]
    public async Task A_cancel_that_a_wait_inside_an_operation_took_does_not_come_again()
    {
        var inner = new TaskCompletionSource<int>();
        var waiting = _loop.WaitAsync(_ => _loop.WaitAsync(inner.Task, _ => Task.FromResult(true)));
        _loop.Cancel(null);
        // What was cancelled swallowed it.
        inner.SetResult(1);
        Assert.Equal(1, await waiting);
        Assert.Equal(2, await _loop.WaitAsync(_ => Task.FromResult(2)));
    }
}
