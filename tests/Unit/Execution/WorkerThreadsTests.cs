using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Executors;
using static OrleansAsync.Tests.Unit.Execution.WorkerThreadsCalls;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>The threads of an executor, without a silo.</summary>
public sealed class WorkerThreadsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly LogLines _log = new();

    [Fact]
    public async Task Calls_that_find_no_thread_wait_and_start_in_their_order()
    {
        using var threads = New(1);
        var (started, gate) = (new Gate(), new Gate());
        ConcurrentQueue<int> order = [];
        var first = Run(threads, _ => Hold(started, gate));
        await started.Opened.Soon();
        Task[] others = [.. Enumerable.Range(1, 20).Select(i => Run(threads, _ => order.Enqueue(i)))];
        Assert.Equal((1, 1, 20), (threads.ThreadCount, threads.RunningCount, threads.QueuedCount));
        gate.Open();
        await Task.WhenAll([first, .. others]).Soon();
        Assert.Equal(Enumerable.Range(1, 20), order);
        Assert.Equal((1, 0), (threads.ThreadCount, threads.QueuedCount));
    }

    [Fact]
    public async Task No_more_run_at_a_time_than_there_may_be_threads()
    {
        using var threads = New(3);
        var gate = new Gate();
        var started = new CountdownEvent(3);
        Task[] calls = [.. Enumerable.Range(0, 10).Select(_ => Run(threads, _ =>
        {
            if (!started.IsSet) started.Signal();
            gate.Block();
        }))];
        Assert.True(started.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal((3, 3, 7), (threads.ThreadCount, threads.RunningCount, threads.QueuedCount));
        gate.Open();
        await Task.WhenAll(calls).Soon();
        await Patience.Until(() => threads.RunningCount == 0);
        Assert.Equal((3, 0), (threads.ThreadCount, threads.QueuedCount));
    }

    [Fact]
    public async Task A_thread_starts_only_when_a_call_finds_none_free()
    {
        using var threads = New(8);
        Assert.Equal(0, threads.ThreadCount);
        HashSet<Thread> seen = [];
        for (var i = 0; i < 50; i++) await Get(threads, (_, _) => seen.Add(Thread.CurrentThread)).Soon();
        var thread = Assert.Single(seen);
        Assert.Equal((1, false, true), (threads.ThreadCount, thread.IsThreadPoolThread, thread.IsBackground));
        Assert.Contains("OrleansAsync", thread.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_call_returns_or_throws_is_the_outcome_and_the_thread_goes_on()
    {
        using var threads = New(1);
        Assert.Equal(7, await Get(threads, (_, _) => 7).Soon());
        Assert.Equal("spam", (await Assert.ThrowsAsync<FormatException>(() => Run(threads, _ => throw new FormatException("spam")).Soon())).Message);
        await Assert.ThrowsAsync<OperationCanceledException>(() => Run(threads, _ => throw new OperationCanceledException()).Soon());
        Assert.Equal(8, await Get(threads, (_, _) => 8).Soon());
        Assert.Equal(1, threads.ThreadCount);
    }

    [Fact]
    public async Task One_that_is_cancelled_in_the_queue_never_runs()
    {
        using var threads = New(1);
        using var cancel = new CancellationTokenSource();
        var (started, gate, ran) = (new Gate(), new Gate(), new Gate());
        var first = Run(threads, _ => Hold(started, gate));
        await started.Opened.Soon();
        var second = RunUntil(cancel.Token, threads, _ => ran.Open());
        var third = Run(threads, _ => { });
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.Soon());
        Assert.Equal(1, threads.QueuedCount);
        gate.Open();
        await Task.WhenAll(first, third).Soon();
        Assert.False(ran.IsOpen);
    }

    [Fact]
    public async Task One_that_is_cancelled_before_it_is_given_never_runs()
    {
        using var threads = New(1);
        var ran = new Gate();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunUntil(new CancellationToken(true), threads, _ => ran.Open()).Soon());
        Assert.Equal((0, 0, false), (threads.ThreadCount, threads.QueuedCount, ran.IsOpen));
    }

    [Fact]
    public async Task One_that_is_cancelled_while_it_runs_ends_at_once_and_its_thread_is_taken_until_it_is_done()
    {
        using var threads = New(1);
        using var cancel = new CancellationTokenSource();
        var (started, gate, next) = (new Gate(), new Gate(), new Gate());
        var first = RunUntil(cancel.Token, threads, _ => Hold(started, gate));
        await started.Opened.Soon();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon());
        var second = Run(threads, _ => next.Open());
        Assert.Equal((1, 1, 1), (threads.ThreadCount, threads.RunningCount, threads.QueuedCount));
        gate.Open();
        await second.Soon();
        Assert.True(next.IsOpen);
    }

    [Fact]
    public async Task Its_code_is_told_and_not_in_the_turn_of_whoever_cancels()
    {
        using var threads = New(1);
        using var cancel = new CancellationTokenSource();
        var (started, gate, told) = (new Gate(), new Gate(), new Gate());
        var call = threads.RunAsync(typeof(int), (_, token) =>
        {
            using var registration = token.Register(() =>
            {
                told.Open();
                gate.Block();
            });
            started.Open();
            told.Block();
            return 0;
        }, endsWithThread: false, cancel.Token);
        await started.Opened.Soon();
        // Would wait for the gate, which nobody opens before.
        cancel.Cancel();
        await told.Opened.Soon();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        gate.Open();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task When_the_silo_leaves_or_the_call_asks_for_it_it_ends_with_its_code(bool endsWithThread, bool leaves)
    {
        using var threads = New(1);
        using var cancel = new CancellationTokenSource();
        var (started, gate) = (new Gate(), new Gate());
        var call = threads.RunAsync(typeof(int), (_, token) =>
        {
            started.Open();
            gate.Block();
            return token.IsCancellationRequested ? 1 : 0;
        }, endsWithThread, cancel.Token);
        await started.Opened.Soon();
        if (leaves) threads.Leave();
        await cancel.CancelAsync();
        Assert.False(call.IsCompleted);
        gate.Open();
        Assert.Equal(1, await call.Soon());
    }

    [Fact]
    public async Task A_failure_that_comes_too_late_is_logged_and_a_late_cancellation_is_not()
    {
        using var threads = New(1);
        foreach (var late in (Exception[])[new OperationCanceledException("late"), new FormatException("late")])
        {
            using var cancel = new CancellationTokenSource();
            var (started, gate) = (new Gate(), new Gate());
            var call = RunUntil(cancel.Token, threads, _ =>
            {
                Hold(started, gate);
                throw late;
            });
            await started.Opened.Soon();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
            gate.Open();
        }
        await Run(threads, _ => { }).Soon();
        var line = Assert.Single(_log.Containing("failed"));
        Assert.Equal((LogLevel.Warning, typeof(FormatException)), (line.Level, line.Error?.GetType()));
        Assert.Contains(nameof(WorkerThreadsTests), line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threads_without_work_end_with_what_they_kept_and_others_start_when_needed()
    {
        using var threads = New(2, TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 3; i++)
        {
            var kept = new Kept();
            await Get(threads, (worker, _) => worker.Kept = kept).Soon();
            await kept.Disposed.Opened.Soon();
            await Patience.Until(() => threads.ThreadCount == 0);
        }
    }

    [Fact]
    public async Task Of_several_idle_threads_the_one_that_was_busy_last_is_used_so_that_the_others_end()
    {
        using var threads = New(4);
        var gate = new Gate();
        var started = new CountdownEvent(4);
        Task[] calls = [.. Enumerable.Range(0, 4).Select(_ => Run(threads, _ =>
        {
            started.Signal();
            gate.Block();
        }))];
        Assert.True(started.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        gate.Open();
        await Task.WhenAll(calls).Soon();
        await Patience.Until(() => threads.RunningCount == 0);
        HashSet<int> seen = [];
        for (var i = 0; i < 20; i++) await Run(threads, _ => seen.Add(Environment.CurrentManagedThreadId)).Soon();
        Assert.Equal((1, 4), (seen.Count, threads.ThreadCount));
    }

    [Fact]
    public async Task A_call_has_a_copy_of_its_callers_context_but_is_not_its_task()
    {
        using var threads = New(1);
        AsyncLocal<string> local = new() { Value = "outside" };
        ClusterLoop.Current = new ClusterLoop(null!, "c1", 1, 0);
        var seen = await Get(threads, (_, _) =>
        {
            var value = (local.Value, ClusterLoop.Current);
            local.Value = "inside";
            return value;
        }).Soon();
        Assert.Equal(("outside", null), seen);
        Assert.Equal("outside", local.Value);
        local.Value = null!;
        Assert.Null(await Get(threads, (_, _) => local.Value).Soon());
    }

    [Fact]
    public async Task Disposed_they_cancel_what_waits_and_what_runs_and_end()
    {
        var threads = New(1);
        var (started, kept) = (new Gate(), new Kept());
        var running = Get(threads, (worker, token) =>
        {
            worker.Kept = kept;
            started.Open();
            return token.WaitHandle.WaitOne();
        });
        await started.Opened.Soon();
        var waiting = Run(threads, _ => { });
        threads.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        await kept.Disposed.Opened.Soon();
        await Patience.Until(() => threads.ThreadCount == 0);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Run(threads, _ => { }));
    }

    private WorkerThreads New(int limit, TimeSpan? idleTimeout = null) => new("test", limit, idleTimeout ?? Long, _log);

    private sealed class Kept : IDisposable
    {
        public Gate Disposed { get; } = new();

        public void Dispose() => Disposed.Open();
    }
}
