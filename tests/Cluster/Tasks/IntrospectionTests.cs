using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>What is seen of tasks on two silos, from outside and from inside.</summary>
public sealed class IntrospectionTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothOwners]
    public Task A_live_task_is_listed_with_all_that_is_known_of_it(Owner owner) => RunAsync(owner, async loop =>
    {
        var gate = new Gate();
        var task = loop.CreateTask(Gated(gate, 1), new TaskOptions { Name = "tea" });
        var seen = await SeeAsync(loop, task.Id, info => !info.Waits.IsEmpty);
        Assert.Equal((task.Id, loop.TaskId, "tea", "oa.tests.int", ClusterTaskState.Running, 0), (seen.Id, seen.Parent, seen.Name, seen.Coroutine, seen.State, seen.Attempt));
        Assert.Equal(task.Channel!.Key, seen.Loop);
        Assert.StartsWith($"{seen.Silo}@", seen.Loop, StringComparison.Ordinal);
        Assert.True(seen.Age > TimeSpan.Zero);
        gate.Open();
        await task;
        Assert.Empty(await ListAsync(loop, task.Id));
    });

    [Theory]
    [InlineData(AwaitKind.Other)]
    [InlineData(AwaitKind.Sleep)]
    [InlineData(AwaitKind.Await)]
    [InlineData(AwaitKind.Gather)]
    [InlineData(AwaitKind.Wait)]
    [InlineData(AwaitKind.AsCompleted)]
    [InlineData(AwaitKind.Group)]
    [InlineData(AwaitKind.Shield)]
    [InlineData(AwaitKind.Timeout)]
    [CPython("test_graph.py::test_stack_tgroup")]
    [CPython("test_graph.py::test_stack_shield")]
    [CPython("test_graph.py::test_stack_gather")]
    [CPython("test_graph.py::test_stack_wait")]
    [CPython("test_graph.py::test_stack_timeout")]
    public async Task Each_verb_tells_by_what_and_for_whom_a_task_waits(AwaitKind kind)
    {
        var gate = new Gate();
        var task = Client.CreateTask(Inline.Do(async loop =>
        {
            ClusterTask<int>[] children = kind is AwaitKind.Other or AwaitKind.Sleep or AwaitKind.Group ? [] : [loop.CreateTask(Gated(gate, 1)), loop.CreateTask(Gated(gate, 2))];
            switch (kind)
            {
                case AwaitKind.Sleep:
                    await loop.WaitForeverAsync();
                    break;
                case AwaitKind.Await:
                    await children[1];
                    break;
                case AwaitKind.Gather:
                    await loop.GatherAsync(children);
                    break;
                case AwaitKind.Wait:
                    await loop.WaitAsync(children);
                    break;
                case AwaitKind.AsCompleted:
                    await foreach (var ended in loop.AsCompleted(children)) await ended;
                    break;
                case AwaitKind.Group:
                    await loop.TaskGroupAsync(group =>
                    {
                        group.Start(Gated(gate, 1));
                        group.Start(Gated(gate, 2));
                    });
                    break;
                case AwaitKind.Shield:
                    await loop.ShieldAsync(children[1]);
                    break;
                case AwaitKind.Timeout:
                    await loop.TimeoutAsync(TimeSpan.FromHours(1), async scope => await scope.GatherAsync(children));
                    break;
                default:
                    await loop.WaitAsync(gate);
                    break;
            }
        }));
        var seen = await SeeAsync(Client, task.Id, info => !info.Waits.IsEmpty);
        string[] expected = kind switch
        {
            AwaitKind.Other or AwaitKind.Sleep => [],
            AwaitKind.Await or AwaitKind.Shield => [$"{task.Id}.2"],
            _ => [$"{task.Id}.1", $"{task.Id}.2"],
        };
        Assert.Equal(kind, seen.Waits[0].Kind);
        // The wait of a timeout's block comes after it.
        var wait = seen.Waits[^1];
        Assert.Equal(kind == AwaitKind.Timeout ? AwaitKind.Gather : kind, wait.Kind);
        Assert.Equal(expected, wait.Tasks);
        Assert.Equal(expected.Length, wait.Total);
        gate.Open();
        await task.CancelAsync();
        await Record.ExceptionAsync(() => task.AsTask().Soon());
    }

    [Fact]
    public async Task An_eager_task_is_listed_like_any_other_and_may_be_cancelled()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = Client.CreateTask(Inline.Do(async loop => await loop.CreateTask(Sleeper(started, cleaned), new TaskOptions { Eager = true })));
        await started.Opened.Soon();
        var child = await SeeAsync(Client, $"{task.Id}.1", info => info.Waits is [{ Kind: AwaitKind.Sleep }]);
        var parent = await SeeAsync(Client, task.Id, info => !info.Waits.IsEmpty);
        Assert.Equal((parent.Loop, parent.Id), (child.Loop, child.Parent));
        Assert.Equal([child.Id], Assert.Single(parent.Waits).Tasks);
        Assert.True(await Client.CancelTaskAsync(child.Id, waitForEnd: true, cancellationToken: Cancel));
        Assert.True(cleaned.IsOpen);
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
    }

    [Fact]
    public async Task Of_a_wait_for_many_the_first_are_named_and_all_counted()
    {
        var gate = new Gate();
        var task = Client.CreateTask(Inline.Do(loop => loop.GatherAsync(Enumerable.Range(0, 300).Select(_ => Gated(gate, 1)))));
        var seen = await SeeAsync(Client, task.Id, info => !info.Waits.IsEmpty);
        var wait = Assert.Single(seen.Waits);
        Assert.Equal((20, 300), (wait.Tasks.Length, wait.Total));
        await SeeAllAsync(task.Id, 301);
        gate.Open();
        await task.AsTask().Soon();
    }

    [Fact]
    [CPython("test_graph.py::test_stack_task")]
    public async Task The_graph_of_nested_gathers_over_two_silos_is_the_tree_of_the_calls()
    {
        var gate = new Gate();
        Coroutine<int> Nested(int depth) => Inline.Int(async loop =>
        {
            if (depth == 0) await loop.WaitAsync(gate);
            else await loop.GatherAsync(Nested(depth - 1), Nested(depth - 1), Nested(depth - 1));
            return depth;
        });
        var main = Client.CreateTask(Nested(2));
        await SeeAllAsync(main.Id, 13);
        var graph = await Client.GetCallGraphAsync(main.Id, cancellationToken: Cancel);
        string[] children = [.. Enumerable.Range(1, 3).Select(number => $"{main.Id}.{number}")];
        Assert.Equal([main.Id, .. children.SelectMany(child => (string[])[child, $"{child}.1", $"{child}.2", $"{child}.3"])], graph.Walk().Select(line => line.Task.Id));
        Assert.Equal(children, graph.GetChildren(main.Id).Select(task => task.Id));
        Assert.All(children, child => Assert.Equal((main.Id, AwaitKind.Gather), Assert.Single(graph.GetAwaitedBy(child).Select(edge => (edge.Waiter.Id, edge.Kind)))));
        Assert.Equal(2, graph.Tasks.Values.Select(task => task.Silo).Distinct().Count());

        // Around one of them: what is above and below it, but not beside it.
        var part = await Client.GetCallGraphAsync(children[1], cancellationToken: Cancel);
        Assert.Equal([main.Id, children[1], .. Enumerable.Range(1, 3).Select(number => $"{children[1]}.{number}")], part.Walk().Select(line => line.Task.Id));
        Assert.True((await Client.GetCallGraphAsync(maxTasks: 2, cancellationToken: Cancel)).IsTruncated);
        gate.Open();
        await main.AsTask().Soon();
    }

    [Theory, BothOwners]
    public Task A_task_is_cancelled_by_its_id_and_cleans_up_before_that_returns(Owner owner) => RunAsync(owner, async loop =>
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = loop.CreateTask(Sleeper(started, cleaned));
        await started.Opened;
        // From another silo, that never heard of it.
        Assert.True(await Loop(1).CancelTaskAsync(task.Id, "enough", waitForEnd: true, cancellationToken: Cancel));
        Assert.True(cleaned.IsOpen);
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(async () => await task);
        Assert.Equal("enough", error.CancelMessage);
        Assert.False(await loop.CancelTaskAsync(task.Id, cancellationToken: Cancel));
        Assert.False(await loop.CancelTaskAsync("c0ffee.7", cancellationToken: Cancel));
    });

    [Fact]
    public async Task Detached_tasks_are_listed_and_cancelled_too()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = await Client.CreateDetachedTaskAsync(Sleeper(started, cleaned), new DetachedTaskOptions { Name = "tea" }, Cancel);
        var nameless = await Client.CreateDetachedTaskAsync(Sleeper(new Gate(), new Gate()), cancellationToken: Cancel);
        await started.Opened.Soon();
        var seen = await SeeAsync(Client, task.Id, _ => true);
        Assert.Equal(("tea", null, "oa.tests.int"), (seen.Name, seen.Parent, seen.Coroutine));
        Assert.Equal(nameless.Id, (await SeeAsync(Client, nameless.Id, _ => true)).Name);
        Assert.True(await Client.CancelTaskAsync(task.Id, "enough", waitForEnd: true, cancellationToken: Cancel));
        Assert.True(cleaned.IsOpen);
        Assert.Equal(TaskState.Canceled, (await task.GetInfoAsync(Cancel)).State);
        Assert.False(await Client.CancelTaskAsync(task.Id, cancellationToken: Cancel));
        Assert.False(await Client.CancelTaskAsync("d07.12345", cancellationToken: Cancel));
        await nameless.CancelAsync(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Loops_of_all_silos_tell_what_they_have()
    {
        var gate = new Gate();
        var task = Client.CreateTask(Gated(gate, 1));
        var seen = await SeeAsync(Client, task.Id, _ => true);
        var loops = await Client.GetLoopsAsync(cancellationToken: Cancel);
        Assert.Equal(2, loops.Select(loop => loop.Silo).Distinct().Count());
        var own = Assert.Single(loops, loop => loop.Loop == seen.Loop);
        Assert.True(own is { Live: >= 1, Admitted: >= 1, IsLeaving: false } && own.Lag >= TimeSpan.Zero, own.ToString());
        gate.Open();
        await task;
    }

    private static async Task<List<ClusterTaskInfo>> ListAsync(IClusterLoop loop, string within)
    {
        List<ClusterTaskInfo> tasks = [];
        await foreach (var task in loop.AllTasksAsync(within, cancellationToken: Cancel)) tasks.Add(task);
        return tasks;
    }

    /// <summary>A task on its way from its owner to its wait is seen when it is there; no event tells.</summary>
    private static async Task<ClusterTaskInfo> SeeAsync(IClusterLoop loop, string id, Func<ClusterTaskInfo, bool> isThere)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if ((await ListAsync(loop, id)).FirstOrDefault(task => task.Id == id) is { } task && isThere(task)) return task;
            await Task.Delay(1, limit.Token);
        }
    }

    private async Task SeeAllAsync(string within, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await ListAsync(Client, within)).Count(task => !task.Waits.IsEmpty) != count) await Task.Delay(1, limit.Token);
    }
}
