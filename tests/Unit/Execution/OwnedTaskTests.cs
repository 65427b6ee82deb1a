using CsCheck;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>A task as its owner holds it: it ends once, and everybody who waits is told once, whatever comes in which order.</summary>
public sealed class OwnedTaskTests
{
    [Fact]
    [CPython("test_tasks.py::SetMethodsTest.test_set_result_causes_invalid_state")]
    public async Task The_first_end_is_the_only_one_whatever_comes_after_it()
    {
        await using var cluster = new FakeCluster(loops: 0);
        var owner = cluster.NewClient();
        var channel = new TaskChannel(owner, "loop/0", "c1");
        Gen.Int[0, 8].Array[0, 20].Sample(
            events =>
            {
                var task = new ClusterTask<int>(owner.Loop, Inline.Int(0), null);
                List<Observer> waiting = [], gone = [];
                string? end = null;
                foreach (var what in events)
                {
                    switch (what)
                    {
                        case 0:
                            task.Complete(OutcomeKind.Succeeded, cluster.Serializer.SerializeToArray(end is null ? 7 : 8), cluster.Serializer);
                            end ??= "7";
                            break;
                        case 1:
                            task.Complete(OutcomeKind.Canceled, cluster.Serializer.SerializeToArray<string?>("enough"), cluster.Serializer);
                            end ??= "enough";
                            break;
                        case 2:
                            task.Complete(OutcomeKind.Failed, [1, 2, 3], cluster.Serializer);
                            end ??= nameof(UnserializableException);
                            break;
                        case 3:
                            task.Fail(new TaskLostException("lost"));
                            end ??= nameof(TaskLostException);
                            break;
                        case 4:
                            Assert.True(task.TryCancelAt(task.Channel, "here"));
                            end ??= "here";
                            break;
                        case 5:
                            task.MarkRunning();
                            if (end is null) Assert.Equal(TaskState.Running, task.State);
                            break;
                        case 6:
                            Assert.Equal(end is null, task.TryPlace(channel));
                            break;
                        case 7 when waiting.Count > 0 && end is null:
                            task.Forget(waiting[^1]);
                            gone.Add(waiting[^1]);
                            waiting.RemoveAt(waiting.Count - 1);
                            break;
                        default:
                            waiting.Add(new Observer());
                            task.Observe(waiting[^1]);
                            break;
                    }
                    Assert.Equal(end, Describe(task));
                    Assert.All(waiting, observer => Assert.Equal(end is null ? 0 : 1, observer.Told));
                    Assert.All(gone, observer => Assert.Equal(0, observer.Told));
                }
            },
            iter: 2_000);
    }

    [Fact]
    public async Task Of_many_that_end_it_at_once_one_does_and_everybody_is_told_once()
    {
        await using var cluster = new FakeCluster(loops: 0);
        var owner = cluster.NewClient();
        for (var round = 0; round < 500; round++)
        {
            var task = new ClusterTask<int>(owner.Loop, Inline.Int(0), null);
            var observers = Enumerable.Range(0, 6).Select(_ => new Observer()).ToArray();
            var forgotten = new Observer();
            task.Observe(forgotten);
            using var start = new Barrier(4);
            await Task.WhenAll(
                AtOnce(() => task.Complete(OutcomeKind.Succeeded, cluster.Serializer.SerializeToArray(7), cluster.Serializer)),
                AtOnce(() => task.Cancel("enough")),
                AtOnce(() =>
                {
                    foreach (var observer in observers) task.Observe(observer);
                }),
                AtOnce(() => task.Forget(forgotten)));
            Assert.Contains(Describe(task), (string[])["7", "enough"]);
            Assert.All(observers, observer => Assert.Equal(1, observer.Told));
            Assert.InRange(forgotten.Told, 0, 1);

            Task AtOnce(Action action) => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    action();
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    [Fact]
    [CPython("test_tasks.py::test_task_set_methods")]
    public void Nobody_can_set_its_end_from_outside() => Assert.DoesNotContain(
        typeof(ClusterTask<int>).GetMembers(),
        member => member.Name.StartsWith("Set", StringComparison.Ordinal) || member.Name.StartsWith("TrySet", StringComparison.Ordinal)
            || member is System.Reflection.PropertyInfo { SetMethod.IsPublic: true });

    private static string? Describe(ClusterTask<int> task) => !task.IsCompleted ? null : task.Outcome switch
    {
        { IsSuccess: true } outcome => $"{outcome.Value}",
        { Exception: ClusterTaskCanceledException canceled } => canceled.CancelMessage,
        var outcome => outcome.Exception!.GetType().Name,
    };

    private sealed class Observer : ITaskObserver
    {
        private int _told;

        public int Told => _told;

        public void OnEnded(OwnedTask task) => Interlocked.Increment(ref _told);
    }
}
