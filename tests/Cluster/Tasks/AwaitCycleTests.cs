using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>Tasks on two silos that wait for each other, or for themselves.</summary>
public sealed class AwaitCycleTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_task_awaits_on_itself")]
    public Task A_task_cannot_await_itself(Owner owner) => RunAsync(owner, async loop =>
    {
        var created = new Gate();
        ClusterTask<int> task = null!;
        task = loop.CreateTask(Inline.Int(async body =>
        {
            await created.Opened;
            // It may go on after that, as in asyncio.
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await body.GatherAsync(task));
            return await task;
        }));
        created.Open();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await task);
        Assert.Equal($"Task {task.Id} cannot await itself: it would wait for ever.", error.Message);
    });

    [Theory, BothOwners]
    public Task Two_tasks_on_two_silos_cannot_await_each_other(Owner owner) => RunAsync(owner, async loop =>
    {
        var created = new Gate();
        var tasks = new ClusterTask<int>[2];
        // Loops are taken in turn, those of a silo after each other: enough idle ones between the two make their silos differ.
        do
        {
            tasks[0] = loop.CreateTask(Member(0));
            tasks[1] = loop.CreateTask(Member(1));
            await Patience.Until(() => tasks.All(task => task.State == TaskState.Running));
        }
        while (SiloOf(tasks[0]) == SiloOf(tasks[1]));
        created.Open();
        var errors = await Task.WhenAll(tasks.Select(task => Record.ExceptionAsync(async () => await task).AsTask()));
        Assert.All(errors, error => Assert.IsType<InvalidOperationException>(error));
        Assert.Contains(errors, error => error!.Message == $"Task {tasks[0].Id} cannot await {tasks[1].Id}: they would wait for ever, as {tasks[1].Id} awaits {tasks[0].Id}."
            || error!.Message == $"Task {tasks[1].Id} cannot await {tasks[0].Id}: they would wait for ever, as {tasks[0].Id} awaits {tasks[1].Id}.");

        Coroutine<int> Member(int number) => Inline.Int(async _ =>
        {
            await created.Opened;
            return await tasks[1 - number];
        });
    });

    [Fact]
    public async Task Detached_tasks_cannot_await_each_other_by_id()
    {
        var created = new Gate();
        string[] ids = ["", "", ""];
        var tasks = new DetachedTask<int>[3];
        for (var i = 0; i < 3; i++)
        {
            var next = (i + 1) % 3;
            tasks[i] = await Client.CreateDetachedTaskAsync(Inline.Int(async loop =>
            {
                await created.Opened;
                return await loop.GetDetachedTask<int>(ids[next]);
            }), cancellationToken: Cancel);
            ids[i] = tasks[i].Id;
        }
        created.Open();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => tasks[0].WaitAsync(Cancel).Soon());
        Assert.Contains("they would wait for ever", error.Message, StringComparison.Ordinal);
        Assert.All(ids, id => Assert.Contains(id, error.Message, StringComparison.Ordinal));
        await Task.WhenAll(tasks.Select(task => Assert.ThrowsAsync<InvalidOperationException>(() => task.WaitAsync(Cancel).Soon())));
    }

    [Fact]
    public async Task A_detached_task_cannot_await_itself_by_id()
    {
        var task = await Client.CreateDetachedTaskAsync(Inline.Int(async loop => await loop.GetDetachedTask<int>(loop.TaskId!)), cancellationToken: Cancel);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => task.WaitAsync(Cancel).Soon());
        Assert.Equal($"Task {task.Id} cannot await itself: it would wait for ever.", error.Message);
    }

    [Fact]
    public async Task A_task_that_waits_for_a_detached_one_gets_its_result_and_passes_no_cancel_on()
    {
        var (gate, started) = (new Gate(), new Gate());
        var inner = await Client.CreateDetachedTaskAsync(Gated(gate, 7), cancellationToken: Cancel);
        var waiter = Client.CreateTask(Inline.Int(async loop =>
        {
            var wait = loop.GetDetachedTask<int>(inner.Id).WaitAsync();
            started.Open();
            return await wait;
        }));
        await started.Opened.Soon();
        await waiter.CancelAsync("enough");
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => waiter.AsTask().Soon());
        gate.Open();
        Assert.Equal(7, await Client.CreateTask(Inline.Int(async loop => await loop.GetDetachedTask<int>(inner.Id))).AsTask().Soon());
    }

    private static string SiloOf(ClusterTask task) => task.Channel!.Key.Split('/')[0];
}
