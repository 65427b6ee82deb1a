using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Owners that are silent for longer than their lease, asleep or dead, from both ends of the channel.</summary>
public sealed class VanishedOwnerTests
{
    [Fact]
    public async Task A_channel_is_a_lease_that_traffic_renews()
    {
        await using var cluster = new FakeCluster(loops: 1) { ClockRuns = false };
        var sender = await OpenAsync(cluster);
        var (started, cleaned) = (new Gate(), new Gate());
        await sender.SubmitAsync((1, "c1", Sleeper(started, cleaned)));
        await started.Opened.Soon();
        for (var i = 0; i < 3; i++)
        {
            cluster.Time.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(ChannelStatus.Ok, (await sender.SendAsync(sender.Batch())).Status);
            await ExpireAsync(cluster);
        }
        Assert.False(cleaned.IsOpen);

        cluster.Time.Advance(TimeSpan.FromSeconds(31));
        await ExpireAsync(cluster);
        await cleaned.Opened.Soon();
        Assert.Equal(ChannelStatus.Expired, (await sender.PollAsync()).Status);
        Assert.Equal(ChannelStatus.Expired, (await sender.SendAsync(sender.Batch((2, "c1", Inline.Int(1))))).Status);
    }

    [Fact]
    public async Task A_late_copy_of_the_message_that_opened_an_expired_channel_does_not_open_it_again()
    {
        await using var cluster = new FakeCluster(loops: 1) { ClockRuns = false };
        var sender = await OpenAsync(cluster);
        var runs = 0;
        var first = sender.Batch((1, "c1", Inline.Int(_ => Task.FromResult(Interlocked.Increment(ref runs)))));
        await sender.SendAsync(first);
        await sender.NextAsync();
        cluster.Time.Advance(TimeSpan.FromSeconds(31));
        await ExpireAsync(cluster);
        Assert.Equal(ChannelStatus.Expired, (await sender.OpenAsync()).Status);
        Assert.Equal(ChannelStatus.Expired, (await sender.SendAsync(first)).Status);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Tasks_of_a_loop_are_cancelled_when_its_silo_is_known_to_be_dead()
    {
        await using var cluster = new FakeCluster(loops: 1) { ClockRuns = false };
        var silo = SiloAddress.FromParsableString("127.0.0.1:11@22");
        var children = new Sender(cluster, OwnerIds.NewLoop(EventLoopKey.Format(silo, 0)), isLoop: true);
        await children.OpenAsync();
        var (started, cleaned) = (new Gate(), new Gate());
        await children.SubmitAsync((1, "c1.1", Sleeper(started, cleaned)));
        await started.Opened.Soon();
        await cluster["loop/0"].TurnAsync(loop => loop.ExpireLeases(_ => false));
        Assert.False(cleaned.IsOpen);
        await cluster["loop/0"].TurnAsync(loop => loop.ExpireLeases(dead => dead.Equals(silo)));
        await cleaned.Opened.Soon();
        Assert.Equal(ChannelStatus.Expired, (await children.PollAsync()).Status);
    }

    [Fact]
    public async Task An_owner_that_was_silent_too_long_learns_it_and_its_tasks_never_run_again()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var loop = cluster.NewClient().Loop;
        var (started, cleaned, runs) = (new Gate(), new Gate(), 0);
        var task = loop.CreateTask(Inline.Do(async body =>
        {
            runs++;
            started.Open();
            try
            {
                await body.WaitForeverAsync();
            }
            finally
            {
                cleaned.Open();
            }
        }));
        await started.Opened.Soon();
        await Patience.Until(() => task.State == TaskState.Running);

        // Asleep: nothing it sends arrives, while the loop's clock goes on.
        cluster.Network = () => new Fate(LosesRequest: true, false, false, default, default);
        while (!cleaned.IsOpen)
        {
            await Task.Yield();
            await cluster["loop/0"].TurnAsync(l => l.ExpireLeases());
        }
        cluster.Network = null;
        var error = await Assert.ThrowsAsync<OwnerExpiredException>(() => task.AsTask().Soon());
        Assert.Contains(task.Id, error.Message, StringComparison.Ordinal);
        Assert.Equal(5, await loop.CreateTask(Inline.Int(5)).AsTask().Soon());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task What_the_tasks_of_a_vanished_owner_leave_running_is_cancelled_too()
    {
        await using var cluster = new FakeCluster(loops: 3);
        var (started, cleaned, other) = (new CountdownEvent(20), new CountdownEvent(20), new Gate());
        var bystander = new Gate();
        var stays = cluster.NewClient().Loop.CreateTask(Waiter(bystander));
        var vanishing = cluster.NewClient();
        for (var i = 0; i < 20; i++)
        {
            _ = vanishing.Loop.CreateTask(Inline.Do(async body =>
            {
                // Nothing awaits the child when its parent is cancelled.
                _ = body.CreateTask(Inline.Do(async child =>
                {
                    try
                    {
                        started.Signal();
                        await child.WaitForeverAsync();
                    }
                    finally
                    {
                        cleaned.Signal();
                    }
                }));
                await body.WaitForeverAsync();
            }));
        }
        await Patience.Until(() => started.IsSet && bystander.IsOpen);
        vanishing.Abandon();
        await Patience.Until(() =>
        {
            foreach (var key in cluster.Keys) _ = cluster[key].TurnAsync(loop => loop.ExpireLeases());
            return cleaned.IsSet;
        });
        Assert.False(stays.IsCompleted);
    }

    [Fact]
    public async Task An_owner_that_had_nothing_to_say_for_long_can_start_tasks()
    {
        await using var cluster = new FakeCluster(loops: 1);
        var loop = cluster.NewClient().Loop;
        Assert.Equal(1, await loop.CreateTask(Inline.Int(1)).AsTask().Soon());
        cluster.Time.Advance(TimeSpan.FromMinutes(5));
        await cluster["loop/0"].TurnAsync(l => l.ExpireLeases());
        Assert.Equal(2, await loop.CreateTask(Inline.Int(2)).AsTask().Soon());
        Assert.Equal(3, await loop.CreateTask(Inline.Int(3)).AsTask().Soon());
    }

    private static Coroutine Waiter(Gate started) => Inline.Do(loop =>
    {
        started.Open();
        return loop.WaitForeverAsync();
    });

    private static Coroutine Sleeper(Gate started, Gate cleaned) => Inline.Do(async loop =>
    {
        started.Open();
        try
        {
            await loop.WaitForeverAsync();
        }
        finally
        {
            cleaned.Open();
        }
    });

    private static async Task<Sender> OpenAsync(FakeCluster cluster)
    {
        var sender = new Sender(cluster);
        await sender.OpenAsync();
        return sender;
    }

    private static Task ExpireAsync(FakeCluster cluster) => cluster["loop/0"].TurnAsync(loop => loop.ExpireLeases());
}
