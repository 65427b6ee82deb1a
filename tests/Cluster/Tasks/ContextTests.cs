using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>What a task takes over from its creator.</summary>
public sealed class ContextTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    private static string? User => (string?)RequestContext.Get("user");

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_context_1")]
    [CPython("test_tasks.py::test_context_2")]
    public Task A_task_runs_in_a_copy_of_its_creators_context(Owner owner) => RunAsync(owner, async loop =>
    {
        RequestContext.Set("user", "ada");
        var (changed, looked) = (new Gate(), new Gate());
        var task = loop.CreateTask(Inline.Text(async body =>
        {
            var before = User;
            RequestContext.Set("user", "changed inside");
            changed.Open();
            await body.WaitAsync(looked);
            return $"{before}, {User}";
        }));
        // Taken over when it is created, not when it starts.
        RequestContext.Set("user", "grace");
        await changed.Opened;
        Assert.Equal("grace", User);
        looked.Open();
        Assert.Equal("ada, changed inside", await task);
        Assert.Equal("grace", User);
        RequestContext.Clear();
    });

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_context_3")]
    public Task It_is_handed_down_over_silos_and_each_task_has_its_own(Owner owner) => RunAsync(owner, async loop =>
    {
        Coroutine<string> Deep(int depth) => Inline.Text(async body =>
        {
            if (depth == 0) return User ?? "nobody";
            await body.SleepAsync(TimeSpan.Zero);
            var below = await body.GatherAsync(Deep(depth - 1), Deep(depth - 1));
            return below.Distinct().Single();
        });
        RequestContext.Clear();
        var nobody = loop.CreateTask(Deep(3));
        ClusterTask<string>[] users = [.. Enumerable.Range(0, 4).Select(i =>
        {
            RequestContext.Set("user", $"user {i}");
            return loop.CreateTask(Deep(3));
        })];
        RequestContext.Clear();
        Assert.Equal(["user 0", "user 1", "user 2", "user 3"], await loop.GatherAsync(users));
        Assert.Equal("nobody", await nobody);
    });

    [Fact]
    public async Task A_value_that_cannot_travel_fails_its_task_only()
    {
        RequestContext.Set("user", new StringWriter());
        var bad = Client.CreateTask(Inline.Int(1));
        RequestContext.Clear();
        var good = Client.CreateTask(Inline.Int(2));
        var error = await Assert.ThrowsAsync<UnserializableException>(() => bad.AsTask().Soon());
        Assert.Contains("RequestContext", error.Message, StringComparison.Ordinal);
        Assert.Contains("user", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, await good.AsTask().Soon());
    }

    [Theory, BothOwners]
    public Task Spans_of_tasks_hang_below_their_creators_over_silos(Owner owner) => RunAsync(owner, async loop =>
    {
        ConcurrentQueue<Activity> ended = [];
        using var source = new ActivitySource("OrleansAsync.Tests");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name is "OrleansAsync" or "OrleansAsync.Tests",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var root = source.StartActivity("root")!;
        var task = loop.CreateTask(Inline.Text(async body => await body.CreateTask(Inline.Text(leaf => Task.FromResult(leaf.TaskId!)))));
        var failing = loop.CreateTask(Failing("no"));
        var leaf = await task;
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing.AsTask());
        Activity SpanOf(string id) => ended.Single(span => span.GetTagItem("orleansasync.task.id") as string == id);
        Assert.Equal((root.TraceId, root.SpanId), (SpanOf(task.Id).TraceId, SpanOf(task.Id).ParentSpanId));
        Assert.Equal((root.TraceId, SpanOf(task.Id).SpanId), (SpanOf(leaf).TraceId, SpanOf(leaf).ParentSpanId));
        Assert.Equal(("oa.tests.text", "succeeded"), (SpanOf(leaf).DisplayName, SpanOf(leaf).GetTagItem("orleansasync.task.outcome")));
        Assert.Equal((ActivityStatusCode.Error, "failed"), (SpanOf(failing.Id).Status, SpanOf(failing.Id).GetTagItem("orleansasync.task.outcome")));
    });
}
