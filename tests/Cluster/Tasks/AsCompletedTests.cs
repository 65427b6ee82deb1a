using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class AsCompletedTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed")]
    [CPython("test_tasks.py::test_as_completed_same_tasks_in_as_out")]
    [CPython("test_tasks.py::test_as_completed_duplicate_coroutines")]
    public Task The_very_tasks_come_back_in_order_of_completion_and_duplicates_once(Owner owner) => RunAsync(owner, async loop =>
    {
        Gate[] gates = [new(), new(), new()];
        ClusterTask<int>[] tasks = [.. gates.Select((gate, i) => loop.CreateTask(Gated(gate, i)))];
        Queue<int> order = new([2, 0, 1]);
        List<ClusterTask<int>> ended = [];
        gates[order.Dequeue()].Open();
        await foreach (var task in loop.AsCompleted([.. tasks, tasks[0]]))
        {
            ended.Add(task);
            if (order.TryDequeue(out var next)) gates[next].Open();
        }
        Assert.Equal([tasks[2], tasks[0], tasks[1]], ended);
        Assert.Equal(2, await ended[0]);
    });

    [Theory, BothOwners]
    public Task Coroutines_are_started_and_failures_are_read_from_their_tasks(Owner owner) => RunAsync(owner, async loop =>
    {
        var outcomes = new List<string>();
        await foreach (var task in loop.AsCompleted([Inline.Int(1), Failing("spam")])) outcomes.Add(task.Outcome.ToString());
        Assert.Equal(["1", "InvalidOperationException: spam"], outcomes.Order());
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed_with_timeout")]
    public Task When_the_time_is_over_what_is_left_goes_on(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var slow = loop.CreateTask(Gated(gate, 2));
        var quick = loop.CreateTask(Inline.Int(1));
        await quick;
        List<ClusterTask<int>> ended = [];
        await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (var task in loop.AsCompleted([slow, quick], TimeSpan.FromMilliseconds(20))) ended.Add(task);
        });
        Assert.Equal([quick], ended);
        gate.Open();
        Assert.Equal(2, await slow);
    });

    [Theory, BothOwners]
    public Task Its_token_ends_the_stream_and_no_task(Owner owner) => RunAsync(owner, async loop =>
    {
        using var source = new CancellationTokenSource();
        var gate = new Gate();
        var task = loop.CreateTask(Gated(gate, 1));
        var stream = loop.AsCompleted([task], cancellationToken: source.Token).GetAsyncEnumerator();
        var next = stream.MoveNextAsync();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        gate.Open();
        Assert.Equal(1, await task);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed_reverse_wait")]
    public Task In_a_plain_loop_the_first_awaited_gets_the_first_completion(Owner owner) => RunAsync(owner, async loop =>
    {
        Gate[] gates = [new(), new()];
        NextCompleted<int>[] next = [.. loop.AsCompleted(gates.Select((gate, i) => Gated(gate, i)))];
        Assert.Equal(2, next.Length);
        gates[1].Open();
        Assert.Equal(1, await next[1]);
        gates[0].Open();
        Assert.Equal(0, await next[0]);
        Assert.Equal(1, await next[1]);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed_concurrent")]
    public Task In_a_plain_loop_several_may_be_awaited_at_once(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        NextCompleted<int>[] next = [.. loop.AsCompleted(Enumerable.Range(0, 5).Select(i => Gated(gate, i)))];
        var waits = Array.ConvertAll(next, n => n.AsTask());
        Assert.DoesNotContain(waits, wait => wait.IsCompleted);
        gate.Open();
        var results = await loop.GatherAsync(waits);
        Assert.Equal([0, 1, 2, 3, 4], results.Order());
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed")]
    [CPython("test_tasks.py::test_as_completed_with_timeout")]
    public Task In_a_plain_loop_results_failures_and_timeouts_show_at_the_await(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var quick = loop.CreateTask(Inline.Int(1));
        await quick;
        var slow = loop.CreateTask(Gated(gate, 2));
        var outcomes = new List<string>();
        foreach (var next in loop.AsCompleted([quick, slow], TimeSpan.FromMilliseconds(20)))
        {
            try
            {
                outcomes.Add($"{await next}");
            }
            catch (TimeoutException)
            {
                outcomes.Add("timeout");
            }
        }
        gate.Open();
        Assert.Equal(2, await slow);
        foreach (var next in loop.AsCompleted([Failing("spam")]))
        {
            outcomes.Add((await Assert.ThrowsAsync<InvalidOperationException>(() => next.AsTask())).Message);
        }
        Assert.Equal(["1", "timeout", "spam"], outcomes);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed_with_unused_timeout")]
    public Task A_timeout_that_is_not_reached_leaves_no_trace(Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var next in loop.AsCompleted([Inline.Int(1)], TimeSpan.FromMinutes(5))) Assert.Equal(1, await next);
        await foreach (var task in loop.AsCompleted([Inline.Int(2)], TimeSpan.FromMinutes(5))) Assert.Equal(2, await task);
        await loop.SleepAsync(TimeSpan.Zero);
    });

    [Theory, BothOwners]
    public Task Both_loops_may_be_mixed_and_hand_out_each_task_once(Owner owner) => RunAsync(owner, async loop =>
    {
        var tasks = loop.AsCompleted([Inline.Int(1), Inline.Int(2), Inline.Int(3)]);
        var results = new List<int>();
        foreach (var next in tasks)
        {
            results.Add(await next);
            break;
        }
        await foreach (var task in tasks) results.Add(await task);
        Assert.Empty((NextCompleted<int>[])[.. tasks]);
        Assert.Equal([1, 2, 3], results.Order());
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_as_completed_with_unused_timeout")]
    public Task A_timeout_that_is_not_needed_changes_nothing(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        List<int> results = [];
        await foreach (var task in loop.AsCompleted([Gated(gate, 2), Inline.Int(1)], TimeSpan.FromMinutes(5)))
        {
            results.Add(await task);
            gate.Open();
        }
        Assert.Equal([1, 2], results);
    });

    [Fact]
    public async Task Cancelling_the_coroutine_that_iterates_cancels_no_task()
    {
        var (gate, entered) = (new Gate(), new Gate());
        var waiting = Client.CreateTask(Inline.Int(async loop =>
        {
            var task = loop.CreateTask(Gated(gate, 1));
            entered.Open();
            await Assert.ThrowsAsync<ClusterTaskCanceledException>(async () =>
            {
                await foreach (var ended in loop.AsCompleted([task])) await ended;
            });
            gate.Open();
            return await task;
        }));
        await entered.Opened.Soon();
        await waiting.CancelAsync();
        Assert.Equal(1, await waiting.AsTask().Soon());
    }
}
