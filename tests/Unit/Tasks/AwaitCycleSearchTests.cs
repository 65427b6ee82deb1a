using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>Waits that would never end, over loops, in time that is not real.</summary>
public sealed class AwaitCycleSearchTests : IAsyncDisposable
{
    private readonly FakeCluster _cluster = new(loops: 2);
    private readonly ClusterTask<int>[] _tasks = new ClusterTask<int>[3];
    private readonly Gate _created = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_cycle_that_closes_later_is_found_then()
    {
        var late = new Gate();
        Create(
            async loop => await _tasks[1],
            async loop => await _tasks[2],
            async loop =>
            {
                // Longer than the checks of the first two are apart at their start.
                await loop.SleepAsync(TimeSpan.FromMinutes(1));
                late.Open();
                return await _tasks[0];
            });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => _tasks[2].AsTask().Soon());
        Assert.True(late.IsOpen);
        Assert.Equal(
            $"Task {_tasks[2].Id} cannot await {_tasks[0].Id}: they would wait for ever, as {_tasks[0].Id} awaits {_tasks[1].Id} and {_tasks[1].Id} awaits {_tasks[2].Id}.",
            error.Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _tasks[0].AsTask().Soon());
    }

    [Fact]
    public async Task Waiting_for_a_task_that_waits_for_another_is_no_cycle()
    {
        var gate = new Gate();
        Create(
            async loop => await _tasks[1],
            async loop => await _tasks[2],
            async loop =>
            {
                await loop.SleepAsync(TimeSpan.FromMinutes(1));
                await gate.Opened;
                return 3;
            });
        gate.Open();
        Assert.Equal(3, await _tasks[0].AsTask().Soon());
    }

    [Fact]
    public async Task A_gather_and_a_wait_for_all_are_followed()
    {
        Create(
            async loop => (await loop.GatherAsync(_tasks[1], loop.CreateTask(Inline.Int(0))))[0],
            async loop =>
            {
                await loop.WaitAsync([_tasks[2]]);
                return 1;
            },
            async loop => await _tasks[0]);
        // The wait for all throws no task's exception, only its own.
        var errors = await Task.WhenAll(_tasks.Select(task => Record.ExceptionAsync(() => task.AsTask().Soon()).AsTask()));
        Assert.Contains(errors, error => error is InvalidOperationException && error.Message.Contains("for ever", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_ends_by_a_timeout_or_with_the_first_of_several_is_no_deadlock()
    {
        Create(
            async loop =>
            {
                await Assert.ThrowsAsync<TimeoutException>(() => loop.TimeoutAsync(TimeSpan.FromSeconds(30), async _ => await loop.WaitAsync([_tasks[1]])));
                return 1;
            },
            async loop =>
            {
                await loop.WaitAsync([_tasks[0], _tasks[2]], returnWhen: ReturnWhen.FirstCompleted);
                var (_, pending) = await loop.WaitAsync([_tasks[0]], TimeSpan.FromMinutes(2));
                return pending.Count;
            },
            async loop =>
            {
                await loop.SleepAsync(TimeSpan.FromSeconds(20));
                return 3;
            });
        Assert.Equal((1, 0, 3), (await _tasks[0].AsTask().Soon(), await _tasks[1].AsTask().Soon(), await _tasks[2].AsTask().Soon()));
    }

    [Fact]
    public async Task A_parent_that_waits_for_a_child_that_waits_for_the_parent_is_told()
    {
        ClusterTask<int> parent = null!;
        parent = _cluster.NewClient().Loop.CreateTask(Inline.Int(async loop =>
        {
            await _created.Opened;
            return await loop.CreateTask(Inline.Int(async _ => await parent));
        }));
        _created.Open();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => parent.AsTask().Soon());
        Assert.Equal($"Task {parent.Id}.1 cannot await {parent.Id}: they would wait for ever, as {parent.Id} awaits {parent.Id}.1.", error.Message);
    }

    [Fact]
    public async Task A_loop_that_is_silent_for_a_while_hides_a_cycle_only_so_long()
    {
        _cluster.Silent = "loop/1";
        Create(async loop => await _tasks[1], async loop => await _tasks[0], _ => Task.FromResult(0));
        await Patience.Until(() => _tasks[0].State == TaskState.Running || _tasks[1].State == TaskState.Running);
        _cluster.Silent = null;
        await Assert.ThrowsAsync<InvalidOperationException>(() => _tasks[0].AsTask().Soon());
    }

    private void Create(params Func<IClusterLoop, Task<int>>[] bodies)
    {
        var owner = _cluster.NewClient();
        for (var i = 0; i < bodies.Length; i++)
        {
            var body = bodies[i];
            _tasks[i] = owner.Loop.CreateTask(Inline.Int(async loop =>
            {
                await _created.Opened;
                return await body(loop);
            }));
        }
        _created.Open();
    }
}
