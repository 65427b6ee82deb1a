using System.Collections.Immutable;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>The tree of tasks, and how it is drawn.</summary>
public sealed class CallGraphTests
{
    [Fact]
    public void Each_task_is_drawn_once_below_its_creator_with_what_it_waits_for()
    {
        var graph = Graph(
            Task("c1.2", Wait(AwaitKind.Gather, 2, "c1.2.1", "c1.2.2")),
            Task("c1.2.2", Wait(AwaitKind.Sleep, 0)),
            Task("c1.2.1", Wait(AwaitKind.Timeout, 0), Wait(AwaitKind.Await, 1, "c1.2.1~1.10")),
            Task("c1.2.1~1.10", Wait(AwaitKind.Await, 1, "c9.1")),
            Task("c1.2.1~1.9"),
            Task("d07.45", Wait(AwaitKind.Other, 0)));
        Assert.Equal(
            """
            c1.2 Task (oa.x) running on 10.0.0.1:11111/0 for 1.5 s, waits: gather of 2
            ├─ c1.2.1 Task (oa.x) running on 10.0.0.1:11111/0 for 1.5 s, waits: timeout and await c1.2.1~1.10
            │  ├─ c1.2.1~1.9 Task (oa.x) running on 10.0.0.1:11111/0 for 1.5 s
            │  └─ c1.2.1~1.10 Task (oa.x) running on 10.0.0.1:11111/0 for 1.5 s, waits: await c9.1
            └─ c1.2.2 Task (oa.x) running on 10.0.0.1:11111/0 for 1.5 s, waits: sleep
            d07.45 Task (oa.x) running on 10.0.0.1:11111/0 for 1.5 s, waits: an operation
            """,
            graph.ToString(), ignoreLineEndingDifferences: true);
        Assert.Equal([0, 1, 2, 2, 1, 0], graph.Walk().Select(line => line.Depth));
        Assert.Equal([("c1.2.1", AwaitKind.Await)], graph.GetAwaitedBy("c1.2.1~1.10").Select(edge => (edge.Waiter.Id, edge.Kind)));
    }

    [Fact]
    public void A_task_whose_creator_has_ended_is_a_root()
    {
        var graph = Graph(Task("c1.2.7"), Task("c1.3"));
        Assert.Equal(["c1.2.7", "c1.3"], graph.Roots.Select(task => task.Id));
    }

    [Fact]
    public void Waits_for_tasks_of_others_name_them()
    {
        var graph = Graph(Task("c1.1", Wait(AwaitKind.AsCompleted, 3, "c1.1.1", "c1.2", "c1.3")));
        Assert.EndsWith("waits: as_completed of 3 (c1.2, c1.3)", graph.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_task_that_moved_between_two_answers_the_later_run_counts()
    {
        var graph = Graph(Task("c1.1") with { Attempt = 1 }, Task("c1.1"));
        Assert.Equal(1, Assert.Single(graph.Tasks.Values).Attempt);
    }

    [Fact]
    public void Tasks_that_wait_for_each_other_are_drawn_once_and_a_deep_tree_needs_no_stack()
    {
        var cycle = Graph(Task("c1.1", Wait(AwaitKind.Await, 1, "c1.2")), Task("c1.2", Wait(AwaitKind.Await, 1, "c1.1")));
        Assert.Equal(["c1.1", "c1.2"], cycle.Walk().Select(line => line.Task.Id));
        Assert.Equal(2, cycle.Around("c1.1").Tasks.Count);

        // Each waits for two of the next: as many paths as no machine can print.
        const int Depth = 3000;
        var ids = Enumerable.Range(1, Depth).Select(depth => string.Concat("c1", string.Concat(Enumerable.Repeat(".1", depth)))).ToArray();
        var deep = Graph([.. ids.Select((id, at) => Task(id, Wait(AwaitKind.Gather, 2, ids[Math.Min(at + 1, Depth - 1)], ids[Math.Min(at + 2, Depth - 1)])))]);
        Assert.Equal(Enumerable.Range(0, Depth), deep.Walk().Select(line => line.Depth));
        Assert.Equal(Depth, deep.Around(ids[Depth / 2]).Tasks.Count);
    }

    [Fact]
    public void Around_a_task_are_those_above_it_below_it_and_waiting_for_it()
    {
        var graph = Graph(Task("c1.1"), Task("c1.1.1"), Task("c1.1.1.1"), Task("c1.1.2"), Task("c1.5", Wait(AwaitKind.Shield, 1, "c1.1.1")), Task("c1.6", Wait(AwaitKind.Await, 1, "c1.1.2")));
        Assert.Equal(["c1.1", "c1.1.1", "c1.1.1.1", "c1.5"], graph.Around("c1.1.1").Walk().Select(line => line.Task.Id));
        Assert.Empty(graph.Around("c7.7").Tasks);
    }

    [Theory]
    [InlineData(0.0123, "12 ms")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(90000, "25 h 0 min")]
    public void Ages_are_for_people(double seconds, string text) => Assert.Equal(text, ClusterCallGraph.Age(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_line_of_ps_has_all_columns()
    {
        var line = TaskLine.Of(Task("c1.2") with { Attempt = 2 }).ToString();
        Assert.Matches(@"^c1\.2 +running +1\.5 s +10\.0\.0\.1:11111/0 +oa\.x +Task \(attempt 2\)$", line);
        Assert.Matches("^ID +STATE +AGE +LOOP +COROUTINE +NAME$", TaskLine.Header);
    }

    private static ClusterCallGraph Graph(params ClusterTaskInfo[] tasks) => new(tasks, isTruncated: false);

    private static ClusterTaskInfo Task(string id, params ClusterTaskWait[] waits)
    {
        var creator = id[..id.LastIndexOf('.')];
        creator = creator.LastIndexOf('~') is var tilde and >= 0 && !creator[tilde..].Contains('.', StringComparison.Ordinal) ? creator[..tilde] : creator;
        return new(
            id, creator.Contains('.', StringComparison.Ordinal) ? creator : null, "Task", "oa.x", ClusterTaskState.Running, "10.0.0.1:11111@7/0", "10.0.0.1:11111",
            TimeSpan.FromSeconds(1.5), 0, [.. waits]);
    }

    private static ClusterTaskWait Wait(AwaitKind kind, int total, params string[] ids) => new(kind, ids.ToImmutableArray(), total);
}
