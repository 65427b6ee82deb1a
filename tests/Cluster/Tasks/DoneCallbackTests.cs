using System.Collections.Concurrent;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class DoneCallbackTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Theory, BothOwners]
    [CPython("test_futures.py::test_callbacks_invoked_on_set_result")]
    [CPython("test_futures.py::test_remove_done_callback")]
    [CPython("test_futures.py::test_add_done_callback")]
    public Task Callbacks_are_called_once_in_order_with_the_ended_task(Owner owner) => RunAsync(owner, async loop =>
    {
        var (go, last) = (new Gate(), new Gate());
        ConcurrentQueue<string> calls = [];
        var task = loop.CreateTask(Gated(go, 7));
        void Removed(ClusterTask _) => calls.Enqueue("removed");
        task.AddDoneCallback(ended => calls.Enqueue($"first {((ClusterTask<int>)ended).Result}"));
        task.AddDoneCallback(Removed);
        task.AddDoneCallback(_ => throw new InvalidOperationException("is logged, and stops no other"));
        task.AddDoneCallback(Removed);
        task.AddDoneCallback(ended => calls.Enqueue($"second {ReferenceEquals(ended, task)}"));
        task.AddDoneCallback(_ => last.Open());
        Assert.Equal(2, task.RemoveDoneCallback(Removed));
        Assert.Equal(0, task.RemoveDoneCallback(Removed));
        Assert.Empty(calls);
        go.Open();
        await last.Opened;
        Assert.Equal(["first 7", "second True"], calls);
        Assert.Equal(7, await task);
    });

    [Theory, BothOwners]
    [CPython("test_futures.py::test_callbacks_invoked_on_set_exception")]
    public Task One_added_to_an_ended_task_is_called_soon_but_not_inside_the_call(Owner owner) => RunAsync(owner, async loop =>
    {
        var called = new Gate();
        var task = loop.CreateTask(Failing("no"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => task.AsTask());
        task.AddDoneCallback(ended =>
        {
            Assert.Equal("no", ended.Exception!.Message);
            called.Open();
        });
        // A coroutine shares its loop's turns with the callback.
        if (owner == Owner.Coroutine) Assert.False(called.IsOpen);
        await called.Opened;
    });

    [Theory, BothOwners]
    [CPython("test_futures.py::test_callbacks_invoked_on_cancel")]
    [CPython("test_tasks.py::test_context_1")]
    public Task It_runs_in_the_context_it_was_added_in_but_outside_any_task(Owner owner) => RunAsync(owner, async loop =>
    {
        var seen = new TaskCompletionSource<(string?, bool, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var task = loop.CreateTask(Sleeper(new Gate(), new Gate()));
        Ambient.Value = "then";
        task.AddDoneCallback(ended =>
        {
            seen.SetResult((Ambient.Value, loop.CurrentTask is null, ended.IsCanceled));
            Ambient.Value = "changed";
        });
        Ambient.Value = "now";
        await task.CancelAsync();
        Assert.Equal(("then", owner == Owner.Client, true), await seen.Task);
        Assert.Equal("now", Ambient.Value);
    });
}
