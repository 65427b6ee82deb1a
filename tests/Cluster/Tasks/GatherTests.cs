using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class GatherTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_tasks.py::GatherTestsBase.test_success")]
    public Task Results_come_in_the_order_given_whatever_ends_first(Owner owner) => RunAsync(owner, async loop =>
    {
        Gate[] gates = [new(), new(), new()];
        var gather = loop.GatherAsync(gates.Select((gate, i) => Gated(gate, i)));
        foreach (var i in (int[])[1, 2, 0])
        {
            Assert.False(gather.IsCompleted);
            gates[i].Open();
        }
        var results = await gather;
        Assert.Equal([0, 1, 2], results);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::GatherTestsBase.test_one_exception")]
    public Task The_first_exception_is_thrown_at_once_and_the_others_go_on(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var sibling = loop.CreateTask(Gated(gate, 1));
        var failing = loop.CreateTask(Failing("spam"));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.GatherAsync(sibling, failing));
        Assert.Equal("spam", error.Message);
        Assert.False(sibling.IsCompleted);
        gate.Open();
        Assert.Equal(1, await sibling);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_constructor_empty_sequence_use_running_loop")]
    public Task Of_nothing_the_result_is_empty(Owner owner) => RunAsync(owner, async loop =>
    {
        Assert.Empty(await loop.GatherAsync(Enumerable.Empty<Coroutine<int>>()));
        Assert.Empty(await loop.GatherOutcomesAsync(Enumerable.Empty<Coroutine<int>>()));
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::GatherTestsBase.test_return_exceptions")]
    [CPython("test_tasks.py::FutureGatherTests.test_result_exception_one_cancellation")]
    public Task Outcomes_hold_results_exceptions_and_cancellations_at_their_places(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var cancelled = loop.CreateTask(Sleeper(started, cleaned));
        var gather = loop.GatherOutcomesAsync([loop.CreateTask(Inline.Int(1)), loop.CreateTask(Failing("spam")), cancelled]);
        await started.Opened;
        await cancelled.CancelAsync("enough");
        var outcomes = await gather;
        Assert.Equal((true, 1), (outcomes[0].IsSuccess, outcomes[0].Value));
        Assert.Equal("spam", Assert.IsType<InvalidOperationException>(outcomes[1].Exception).Message);
        Assert.Throws<InvalidOperationException>(() => outcomes[1].Value);
        Assert.True(outcomes[2].IsCanceled);
        Assert.Equal("enough", Assert.IsType<ClusterTaskCanceledException>(outcomes[2].Exception).CancelMessage);
    });

    [Theory, BothOwners]
    public Task Coroutines_of_different_results_give_a_tuple(Owner owner) => RunAsync(owner, async loop =>
    {
        var (number, text) = await loop.GatherAsync(Inline.Int(1), Inline.Text(_ => Task.FromResult("two")));
        var (first, second, third) = await loop.GatherAsync(Inline.Int(1), Inline.Text(_ => Task.FromResult("two")), Inline.Int(3));
        Assert.Equal((1, "two", 1, "two", 3), (number, text, first, second, third));
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.GatherAsync(Failing("spam"), Inline.Text(_ => Task.FromResult("two"))));
    });

    [Theory, BothOwners]
    public Task Plain_tasks_can_be_gathered(Owner owner) => RunAsync(owner, async loop =>
    {
        var plain = await loop.GatherAsync(Task.FromResult(1), Task.FromResult(2));
        Assert.Equal([1, 2], plain);
        var never = new TaskCompletionSource<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.GatherAsync(never.Task, Task.FromException<int>(new InvalidOperationException("spam"))));
    });

    [Fact]
    [CPython("test_tasks.py::CoroutineGatherTests.test_cancellation_broadcast")]
    public async Task Cancelling_the_coroutine_that_waits_cancels_the_children_on_all_silos()
    {
        (Gate Started, Gate Cleaned)[] children = [.. Enumerable.Range(0, 6).Select(_ => (new Gate(), new Gate()))];
        var waiting = Client.CreateTask(Inline.Int(async loop => (await loop.GatherAsync(children.Select(c => Sleeper(c.Started, c.Cleaned)))).Length));
        await Task.WhenAll(children.Select(c => c.Started.Opened)).Soon();
        Assert.True(await waiting.CancelAsync("enough"));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiting.AsTask().Soon());
        Assert.Equal("enough", error.CancelMessage);
        await Task.WhenAll(children.Select(c => c.Cleaned.Opened)).Soon();
    }

    [Theory, BothOwners]
    [CPython("test_tasks.py::CoroutineGatherTests.test_cancellation_broadcast")]
    public Task Its_token_cancels_the_children(Owner owner) => RunAsync(owner, async loop =>
    {
        using var source = new CancellationTokenSource();
        var (started, cleaned) = (new Gate(), new Gate());
        var gather = loop.GatherAsync([Sleeper(started, cleaned)], source.Token);
        await started.Opened;
        await source.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => gather);
        Assert.True(cleaned.IsOpen);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [CPython("test_tasks.py::test_cancel_wait_gather")]
    public async Task Children_that_swallow_the_cancel_do_not_hide_it_from_the_waiter(bool outcomes)
    {
        var started = new Gate();
        var stubborn = Inline.Int(async loop =>
        {
            started.Open();
            try
            {
                await loop.WaitForeverAsync();
            }
            catch (OperationCanceledException)
            {
            }
            return 1;
        });
        var waiting = Client.CreateTask(Inline.Int(async loop => outcomes ? (await loop.GatherOutcomesAsync([stubborn])).Length : (await loop.GatherAsync([stubborn])).Length));
        await started.Opened.Soon();
        await waiting.CancelAsync();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiting.AsTask().Soon());
    }

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_gather_1")]
    public Task Once_all_have_ended_its_token_changes_nothing(Owner owner) => RunAsync(owner, async loop =>
    {
        var task = loop.CreateTask(Inline.Int(42));
        await task;
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var results = await loop.GatherAsync([task], source.Token);
        Assert.Equal([42], results);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::FutureGatherTests.test_one_cancellation")]
    public Task A_cancelled_child_ends_it_and_the_others_go_on(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, gate) = (new Gate(), new Gate());
        var cancelled = loop.CreateTask(Sleeper(started, new Gate()));
        var sibling = loop.CreateTask(Gated(gate, 1));
        var gather = loop.GatherAsync(sibling, cancelled);
        await started.Opened;
        await cancelled.CancelAsync("enough");
        Assert.Equal("enough", (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => gather)).CancelMessage);
        Assert.False(sibling.IsCompleted);
        gate.Open();
        Assert.Equal(1, await sibling);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::CoroutineGatherTests.test_duplicate_coroutines")]
    public Task A_task_given_twice_runs_once_and_its_result_is_at_both_places(Owner owner) => RunAsync(owner, async loop =>
    {
        var task = loop.CreateTask(Inline.Int(7));
        var results = await loop.GatherAsync(task, task);
        Assert.Equal([7, 7], results);
    });
}
