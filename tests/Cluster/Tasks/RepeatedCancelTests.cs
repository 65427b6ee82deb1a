using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>Cancels that come more than once, cross an outcome, or come through a plain token.</summary>
public sealed class RepeatedCancelTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancelling")]
    public Task Every_cancel_is_accepted_until_the_task_has_ended(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaning, gate) = (new Gate(), new Gate(), new Gate());
        var counted = 0;
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            started.Open();
            try
            {
                await body.WaitForeverAsync();
                return 0;
            }
            finally
            {
                cleaning.Open();
                // A plain await: the second cancel cannot end the cleanup.
                await gate.Opened;
                counted = ClusterLoop.From(body).Cancelling;
            }
        }));
        await started.Opened;
        Assert.True(await task.CancelAsync());
        await cleaning.Opened;
        Assert.True(await task.CancelAsync());
        gate.Open();
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        Assert.Equal(2, counted);
        Assert.False(await task.CancelAsync());
    });

    [Theory, BothOwners]
    public Task Cancels_that_are_requested_at_once_are_delivered_in_order_and_none_is_lost(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, seen) = (new Gate(), new List<string?>());
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            started.Open();
            while (ClusterLoop.From(body).Cancelling < 3)
            {
                try
                {
                    await body.WaitForeverAsync();
                }
                catch (ClusterTaskCanceledException e)
                {
                    seen.Add(e.CancelMessage);
                }
            }
            return seen.Count;
        }));
        await started.Opened;
        Task<bool>[] cancels = [.. Enumerable.Range(0, 3).Select(i => task.CancelAsync($"{i}"))];
        var answers = await Task.WhenAll(cancels);
        Assert.Equal([true, true, true], answers);
        // Those that come before the task goes on are one to it, as in asyncio.
        Assert.InRange(await task, 1, 3);
        Assert.Equal("0", seen[0]);
        Assert.Equal(seen.Order(), seen);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_with_message_then_future_result")]
    public Task A_message_arrives_through_a_plain_token_too_and_none_is_none(Owner owner) => RunAsync(owner, async loop =>
    {
        foreach (var message in (string?[])["enough", null])
        {
            var started = new Gate();
            var task = loop.CreateTask(Inline.Int(async body =>
            {
                var wait = Task.Delay(Timeout.Infinite, body.CancellationToken);
                started.Open();
                await wait;
                return 0;
            }));
            await started.Opened;
            Assert.True(await task.CancelAsync(message));
            Assert.Equal(message, (await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask())).CancelMessage);
        }
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancel_yield")]
    public Task A_task_that_only_lets_others_run_is_cancelled_at_its_next_step(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var task = loop.CreateTask(Inline.Int(async body =>
        {
            while (true)
            {
                await body.SleepAsync(TimeSpan.Zero);
                started.Open();
            }
        }));
        await started.Opened;
        Assert.True(await task.CancelAsync());
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask());
        Assert.False(await task.CancelAsync());
    });

    [Theory, BothOwners]
    public Task A_cancel_races_the_end_and_either_wins_but_nothing_else_happens(Owner owner) => RunAsync(owner, async loop =>
    {
        var tasks = Enumerable.Range(0, 200).Select(i => (Index: i, Gate: new Gate())).Select(t => (t.Index, t.Gate, Task: loop.CreateTask(Gated(t.Gate, t.Index)))).ToArray();
        var cancels = new Task<bool>[tasks.Length];
        // Half of them are cancelled before they may end, half after.
        foreach (var (index, gate, task) in tasks)
        {
            if (index % 2 == 0) gate.Open();
            cancels[index] = task.CancelAsync("enough");
            gate.Open();
        }
        foreach (var (index, _, task) in tasks)
        {
            var (outcome, requested) = ((await loop.GatherOutcomesAsync([task]))[0], await cancels[index]);
            if (outcome.IsSuccess) Assert.Equal(index, outcome.Value);
            else Assert.Equal(("enough", true), (Assert.IsType<ClusterTaskCanceledException>(outcome.Exception).CancelMessage, requested));
            if (!requested) Assert.True(outcome.IsSuccess);
        }
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_cancellation_exception_context")]
    public Task A_cancel_turned_into_another_exception_over_silos_keeps_its_chain(Owner owner) => RunAsync(owner, async loop =>
    {
        var started = new Gate();
        var outer = loop.CreateTask(Inline.Int(async body =>
        {
            try
            {
                return await body.CreateTask(Sleeper(started, new Gate()));
            }
            catch (OperationCanceledException e)
            {
                throw new FormatException("outer", new InvalidOperationException("inner", e));
            }
        }));
        await started.Opened;
        await outer.CancelAsync("enough");
        var error = await Assert.ThrowsAsync<FormatException>(() => outer.AsTask());
        var inner = Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Equal("enough", Assert.IsType<ClusterTaskCanceledException>(inner.InnerException).CancelMessage);
        Assert.False(outer.IsCanceled);
    });
}
