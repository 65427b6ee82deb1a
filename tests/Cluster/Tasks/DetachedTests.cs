using Microsoft.Extensions.DependencyInjection;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Detached;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>Durable tasks, on a cluster that nothing happens to.</summary>
public sealed class DetachedTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Theory, BothOwners]
    public Task A_detached_task_runs_and_any_handle_of_its_id_gets_the_result(Owner owner) => RunAsync(owner, async loop =>
    {
        var task = await loop.CreateDetachedTaskAsync(Inline.Int(async body =>
        {
            await body.SleepAsync(TimeSpan.FromMilliseconds(1));
            return 7;
        }));
        Assert.Equal(7, await task);
        Assert.Equal(7, await loop.GetDetachedTask<int>(task.Id));
        await loop.GetDetachedTask(task.Id);
        Assert.Equal(7, await Loop(1).GetDetachedTask<int>(task.Id).WaitAsync(TestContext.Current.CancellationToken));
    });

    [Fact]
    public async Task Its_body_knows_it_by_that_id_and_may_have_children()
    {
        var task = await Client.CreateDetachedTaskAsync(Inline.Text(async body => $"{body.TaskId} {await body.CreateTask(Inline.Text(child => Task.FromResult(child.TaskId!)))}"));
        Assert.Equal($"{task.Id} {task.Id}.1", await task.WaitAsync(TestContext.Current.CancellationToken).Soon());
    }

    [Fact]
    public async Task Its_exception_arrives_at_whoever_awaits_it()
    {
        var task = await Client.CreateDetachedTaskAsync(Failing("no tea"));
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => task.WaitAsync(TestContext.Current.CancellationToken).Soon());
            Assert.Equal("no tea", error.Message);
        }
        Assert.Equal(TaskState.Done, (await task.GetInfoAsync(TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task It_is_cancelled_by_whoever_has_its_id_and_cleans_up()
    {
        var (started, cleaned) = (new Gate(), new Gate());
        var task = await Client.CreateDetachedTaskAsync(Sleeper(started, cleaned));
        await started.Opened.Soon();
        Assert.True(await Loop(1).GetDetachedTask(task.Id).CancelAsync("enough", TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.WaitAsync(TestContext.Current.CancellationToken).Soon());
        Assert.Equal("enough", error.CancelMessage);
        Assert.True(cleaned.IsOpen);
        Assert.Equal(TaskState.Canceled, (await task.GetInfoAsync(TestContext.Current.CancellationToken)).State);
        Assert.False(await task.CancelAsync("again", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_repeated_cancel_message_is_one_cancel()
    {
        var (started, first, second, count) = (new Gate(), new Gate(), new Gate(), 0);
        var task = await Client.CreateDetachedTaskAsync(Inline.Int(async body =>
        {
            for (started.Open(); ;)
            {
                try
                {
                    await body.WaitAsync(second);
                    return count;
                }
                catch (OperationCanceledException)
                {
                    count++;
                    first.Open();
                }
            }
        }));
        await started.Opened.Soon();
        var (shard, number) = Grain(task.Id);
        var cancel = new DetachedCancel(number, "enough", Guid.NewGuid());
        for (var i = 0; i < 3; i++) Assert.Equal(DetachedStatus.Ok, (await shard.CancelAsync(cancel)).Status);
        await first.Opened.Soon();
        second.Open();
        Assert.Equal(1, await task.WaitAsync(TestContext.Current.CancellationToken).Soon());
    }

    [Fact]
    public async Task It_ends_neither_with_the_run_that_created_it_nor_with_whoever_awaits_it()
    {
        var (started, gate, waiting) = (new Gate(), new Gate(), new Gate());
        DetachedTask<int>? created = null;
        var waiter = Client.RunAsync(Inline.Do(async body =>
        {
            created = await body.CreateDetachedTaskAsync(Inline.Int(async detached =>
            {
                started.Open();
                await detached.WaitAsync(gate);
                return 7;
            }));
            await started.Opened;
            waiting.Open();
            await body.TimeoutAsync(TimeSpan.FromMilliseconds(1), async _ => await created);
        }), TestContext.Current.CancellationToken);
        await waiting.Opened.Soon();
        await Assert.ThrowsAsync<TimeoutException>(() => waiter.Soon());
        Assert.Equal(TaskState.Running, (await created!.GetInfoAsync(TestContext.Current.CancellationToken)).State);
        gate.Open();
        Assert.Equal(7, await created.WaitAsync(TestContext.Current.CancellationToken).Soon());
    }

    [Fact]
    public async Task The_wait_for_it_ends_by_a_token_and_the_task_does_not()
    {
        var gate = new Gate();
        var task = await Client.CreateDetachedTaskAsync(Gated(gate, 7));
        using var stop = new CancellationTokenSource();
        var wait = task.WaitAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.Soon());
        gate.Open();
        Assert.Equal(7, await task.WaitAsync(TestContext.Current.CancellationToken).Soon());
    }

    [Fact]
    public async Task What_is_known_of_it_is_told()
    {
        var gate = new Gate();
        var options = new DetachedTaskOptions { Name = "nightly", Retention = TimeSpan.FromHours(1) };
        var task = await Client.CreateDetachedTaskAsync(Gated(gate, 7), options, TestContext.Current.CancellationToken);
        var running = await task.GetInfoAsync(TestContext.Current.CancellationToken);
        Assert.Equal((task.Id, "nightly", "oa.tests.int", TaskState.Running, 0, null, null),
            (running.Id, running.Name, running.Coroutine, running.State, running.Attempt, running.EndedAt, running.ExpiresAt));
        gate.Open();
        await task.WaitAsync(TestContext.Current.CancellationToken).Soon();
        var ended = await task.GetInfoAsync(TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Done, running.CreatedAt, TimeSpan.FromHours(1)), (ended.State, ended.CreatedAt, ended.ExpiresAt - ended.EndedAt));
    }

    [Fact]
    public async Task A_forgotten_task_is_not_found_and_one_that_runs_cannot_be_forgotten()
    {
        var gate = new Gate();
        var task = await Client.CreateDetachedTaskAsync(Gated(gate, 7));
        Assert.False(await task.ForgetAsync(TestContext.Current.CancellationToken));
        gate.Open();
        await task.WaitAsync(TestContext.Current.CancellationToken).Soon();
        Assert.True(await task.ForgetAsync(TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<DetachedTaskNotFoundException>(() => task.WaitAsync(TestContext.Current.CancellationToken).Soon());
        Assert.Contains(task.Id, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_message_creates_no_second_task_however_late_it_comes()
    {
        var runs = 0;
        var id = DetachedTaskId.New();
        var body = Inline.Int(_ => Task.FromResult(Interlocked.Increment(ref runs)));
        var start = new DetachedStart(id.Number, "oa.tests.int", Serializer.SerializeToArray<Coroutine>(body), null, false, 3, TimeSpan.FromHours(1));
        var shard = Client.Grains.GetGrain<IDetachedTasksGrain>(id.Shard);
        var task = Client.GetDetachedTask<int>(id.ToString());
        await Task.WhenAll(shard.CreateAsync(start), shard.CreateAsync(start));
        Assert.Equal(1, await task.WaitAsync(TestContext.Current.CancellationToken).Soon());
        await shard.CreateAsync(start);
        Assert.True(await task.ForgetAsync(TestContext.Current.CancellationToken));
        await shard.CreateAsync(start);
        await Assert.ThrowsAsync<DetachedTaskNotFoundException>(() => task.WaitAsync(TestContext.Current.CancellationToken).Soon());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Copies_that_come_together_while_the_task_starts_and_ends_run_it_once()
    {
        var runs = new int[200];
        await Task.WhenAll(Enumerable.Range(0, runs.Length).Select(async i =>
        {
            var id = DetachedTaskId.New();
            var body = Inline.Int(_ => Task.FromResult(Interlocked.Increment(ref runs[i])));
            var start = new DetachedStart(id.Number, "oa.tests.int", Serializer.SerializeToArray<Coroutine>(body), null, false, 3, TimeSpan.FromHours(1));
            var shard = Client.Grains.GetGrain<IDetachedTasksGrain>(id.Shard);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shard.CreateAsync(start)));
            await Client.GetDetachedTask<int>(id.ToString()).WaitAsync(TestContext.Current.CancellationToken).Soon();
        }));
        Assert.Equal(Enumerable.Repeat(1, runs.Length), runs);
    }

    [Fact]
    public async Task An_id_that_nobody_has_is_not_found_and_one_that_is_none_is_refused()
    {
        var error = await Assert.ThrowsAsync<DetachedTaskNotFoundException>(() => Client.GetDetachedTask("d07.123").WaitAsync(TestContext.Current.CancellationToken).Soon());
        Assert.Contains("d07.123", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DetachedTaskNotFoundException>(() => Client.GetDetachedTask("d07.123").CancelAsync(null, TestContext.Current.CancellationToken).Soon());
        await Assert.ThrowsAsync<DetachedTaskNotFoundException>(() => Client.GetDetachedTask("d07.123").ForgetAsync(TestContext.Current.CancellationToken).Soon());
        foreach (var id in new[] { "", "c1.2", "d07", "d07.", "d07.-1", "dzz.1", "d20.1", "d07.1.2", "d07. 1", "d07.99999999999999999999" })
        {
            Assert.Throws<ArgumentException>(() => Client.GetDetachedTask(id));
        }
    }

    [Fact]
    public async Task Many_are_created_at_once()
    {
        var tasks = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Client.CreateDetachedTaskAsync(Inline.Int(i)))).Soon();
        Assert.Equal(Enumerable.Range(0, 500), await Task.WhenAll(tasks.Select(task => task.WaitAsync())).Soon());
        Assert.Equal(500, tasks.Select(task => task.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_reminder_brings_a_shard_back_for_as_long_as_it_has_tasks_to_run()
    {
        var (started, gate) = (new Gate(), new Gate());
        var task = await Client.CreateDetachedTaskAsync(Inline.Int(async body =>
        {
            started.Open();
            await body.WaitAsync(gate);
            return 7;
        }));
        await started.Opened.Soon();
        var shard = Grain(task.Id).Shard;
        var table = Cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<IReminderTable>();
        var reminders = await table.ReadRows(shard.GetGrainId());
        Assert.Equal("drive", Assert.Single(reminders.Reminders).ReminderName);
        await shard.AsReference<IRemindable>().ReceiveReminder("drive", default);
        Assert.Single((await table.ReadRows(shard.GetGrainId())).Reminders);

        gate.Open();
        await task.WaitAsync(TestContext.Current.CancellationToken).Soon();
        // Other tests use the shards, too: only while none of their tasks runs there is the reminder dropped.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await table.ReadRows(shard.GetGrainId())).Reminders.Count > 0)
        {
            await shard.AsReference<IRemindable>().ReceiveReminder("drive", default);
            await Task.Delay(10, limit.Token);
        }
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_is_an_error_and_not_a_wait()
    {
        var folder = Directory.CreateTempSubdirectory("orleansasync-");
        try
        {
            await using (var newer = StoreFactory.Create(new(ClusterMode.Local), folder.FullName))
            {
                await newer.EnsureAsync(new StoreSchema("detached", 1000, (_, _) => ""), TestContext.Current.CancellationToken);
            }
            await using var cluster = ClusterFixture.Build(1, silo => silo.UseSqliteStore(folder.FullName)).Build();
            await cluster.DeployAsync();
            var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => loop.CreateDetachedTaskAsync(Inline.Int(1)).Soon());
            Assert.Contains("detached schema 1000", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private (IDetachedTasksGrain Shard, long Number) Grain(string id)
    {
        var parsed = DetachedTaskId.TryParse(id)!.Value;
        return (Client.Grains.GetGrain<IDetachedTasksGrain>(parsed.Shard), parsed.Number);
    }
}
