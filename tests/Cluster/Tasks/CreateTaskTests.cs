using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Cluster.Tasks;

public sealed class CreateTaskTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [ThreadStatic]
    private static bool _creating;

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_task_basics")]
    public Task The_result_comes_through_a_chain_of_tasks(Owner owner) => RunAsync(owner, async loop =>
    {
        var task = loop.CreateTask(Inline.Int(async outer => 1 + await outer.CreateTask(Inline.Int(41))));
        Assert.Equal(42, await task);
        Assert.Equal((TaskState.Done, 42, null), (task.State, task.Result, task.Exception));
        Assert.Equal(42, await task);
        Assert.Equal(42, task.Outcome.Value);
    });

    [Theory, BothOwners]
    public Task A_task_goes_from_pending_to_running_to_done(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var task = loop.CreateTask(Gated(gate, 1));
        Assert.Equal(TaskState.Pending, task.State);
        while (task.State == TaskState.Pending) await Task.Delay(1);
        Assert.Equal((TaskState.Running, false), (task.State, task.IsCompleted));
        Assert.Contains(task.Id, Assert.Throws<InvalidOperationException>(() => task.Result).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => task.Exception);
        gate.Open();
        await task;
        Assert.Equal((TaskState.Done, true, false), (task.State, task.IsCompleted, task.IsCanceled));
    });

    [Theory, BothOwners]
    public Task The_body_never_starts_inside_the_call(Owner owner) => RunAsync(owner, async loop =>
    {
        await loop.CreateTask(Inline.Int(0));
        List<ClusterTask<int>> tasks = [];
        _creating = true;
        for (var i = 0; i < 8; i++) tasks.Add(loop.CreateTask(Inline.Int(_ => Task.FromResult(_creating ? 1 : 0))));
        _creating = false;
        Assert.Equal(0, (await loop.GatherAsync(tasks)).Sum());
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_bare_create_named_task")]
    public Task A_task_has_a_name(Owner owner) => RunAsync(owner, async loop =>
    {
        var named = loop.CreateTask(Inline.Int(1), new TaskOptions { Name = "fetch" });
        var unnamed = loop.CreateTask(Inline.Int(1));
        Assert.Equal("fetch", named.Name);
        Assert.Matches(@"^Task-\d+$", unnamed.Name);
        await loop.GatherAsync(named, unnamed);
        Assert.StartsWith("fetch (", named.ToString(), StringComparison.Ordinal);
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_ensure_future_task")]
    public Task A_task_given_to_a_verb_is_used_as_it_is(Owner owner) => RunAsync(owner, async loop =>
    {
        var runs = 0;
        var task = loop.CreateTask(Inline.Int(_ => Task.FromResult(Interlocked.Increment(ref runs))));
        Assert.Same(task, Assert.Single((await loop.WaitAsync([task])).Done));
        await foreach (var ended in loop.AsCompleted([task])) Assert.Same(task, ended);
        Assert.Equal((1, 1), (await loop.WaitForAsync(task, TimeSpan.FromMinutes(1)), (await loop.GatherAsync([task]))[0]));
        Assert.Equal(1, runs);
    });

    [Theory, BothOwners]
    public Task Tasks_are_spread_over_all_silos(Owner owner) => RunAsync(owner, async loop =>
    {
        var factories = await loop.GatherAsync(Enumerable.Range(0, 16).Select(_ => Inline.Int(body => Task.FromResult(
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(body.Grains)))));
        Assert.Equal(2, factories.Distinct().Count());
    });

    [Fact]
    public async Task Ids_form_a_tree()
    {
        var root = Client.CreateTask(Inline.Text(async loop => $"{loop.TaskId} {await loop.CreateTask(Inline.Text(child => Task.FromResult(child.TaskId!)))}"));
        Assert.Equal($"{root.Id} {root.Id}.1", await root.AsTask().Soon());
        Assert.Null(Client.TaskId);
        Assert.Null(Cluster.Silo.TaskId);
    }

    [Theory, BothOwners]
    public Task One_coroutine_record_may_be_started_any_number_of_times(Owner owner) => RunAsync(owner, async loop =>
    {
        var nap = new Nap(TimeSpan.Zero, 7);
        var results = await loop.GatherAsync(nap, nap, nap);
        Assert.Equal([7, 7, 7], results);
    });

    [Fact]
    public async Task A_service_of_a_silo_owns_tasks_like_a_client() =>
        Assert.Equal(Enumerable.Range(0, 50), await Cluster.Silo.GatherAsync([.. Enumerable.Range(0, 50).Select(Inline.Int)]).Soon());

    [Fact]
    public async Task A_coroutine_may_return_nothing_or_null()
    {
        await Client.CreateTask(Inline.Do(_ => Task.CompletedTask)).AsTask().Soon();
        Assert.Null(await RunAsync(Inline.Text(_ => Task.FromResult<string>(null!))));
    }

    [Fact]
    public async Task Ten_thousand_tasks_come_back_each_with_its_own_result()
    {
        var results = await Client.GatherAsync(Enumerable.Range(0, 10_000).Select(i => new Nap(TimeSpan.Zero, i))).Soon();
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => (long)i), results);
    }

    [Fact]
    [CPython("test_tasks.py::test_create_task_with_noncoroutine")]
    [CPython("test_tasks.py::test_ensure_future_neither")]
    public void Arguments_are_checked_before_anything_is_sent()
    {
        Assert.Throws<ArgumentNullException>(() => { _ = Client.CreateTask<int>(null!); });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TaskOptions { MaxRestarts = -1 });
    }
}
