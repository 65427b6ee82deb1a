using System.Collections.Concurrent;
using CsCheck;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Owners and loops, while whatever can happen to a task happens in any order.</summary>
public sealed class AnyOrderTests
{
    // Bounds the slowest case: each step of it loses a loop and waits for a timeout.
    private const int MostMessages = 200;

    [Theory]
    [InlineData((int)When.Before)]
    [InlineData((int)When.After)]
    public async Task Whichever_message_a_loop_is_lost_with_everything_ends_as_it_should(int when)
    {
        var at = 0;
        while (await LosesAsync(++at, (When)when))
        {
            Assert.InRange(at, 0, MostMessages);
        }
        // Opening, submitting, polling and cancelling, for a client and for a parent.
        Assert.InRange(at, 8, MostMessages);
    }

    [Fact]
    public Task Completed_cancelled_lost_and_left_in_any_order_each_task_ends_once() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3]).Array[1, 24].SampleAsync(RunAsync, iter: 15, threads: 1);

    [Fact]
    public Task A_batch_is_applied_once_and_its_outcomes_are_kept_until_they_are_acknowledged_however_often_messages_come() =>
        Gen.Int[0, 9].Array[1, 40].SampleAsync(RepeatAsync, iter: 100, threads: 1);

    /// <summary>Runs the same small program; the loop that is sent one certain message is lost with it. False if the program sent fewer.</summary>
    private static async Task<bool> LosesAsync(int at, When when)
    {
        await using var cluster = new FakeCluster(loops: 2);
        var (messages, cancelled) = (0, new Gate());
        cluster.Network = () => new Fate { LosesLoop = Interlocked.Increment(ref messages) == at ? when : When.Never };
        var loop = cluster.NewClient().Loop;
        var ended = new EndCounter();
        var sum = loop.CreateTask(Inline.Int(async body => (await body.GatherAsync(Inline.Int(1), Inline.Int(2), Inline.Int(3))).Sum()));
        var sleeper = loop.CreateTask(Inline.Do(body =>
        {
            cancelled.Open();
            return body.WaitForeverAsync();
        }));
        sum.Observe(ended);
        sleeper.Observe(ended);
        await cancelled.Opened.Soon();
        Assert.True(await sleeper.CancelAsync("enough").Soon());
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => sleeper.AsTask().Soon());
        Assert.Equal((6, "enough"), (await sum.AsTask().Soon(), error.CancelMessage));
        await ended.Until(2);
        Assert.All([sum.Id, sleeper.Id], id => Assert.Equal(1, ended.Counts[id]));
        return Volatile.Read(ref messages) >= at;
    }

    private static async Task RunAsync((int What, int Which)[] script)
    {
        await using var cluster = new FakeCluster(loops: 2);
        var loop = cluster.NewClient().Loop;
        var gates = Enumerable.Range(0, 4).Select(_ => new Gate()).ToArray();
        ConcurrentDictionary<(string, int), bool> live = [];
        var ended = new EndCounter();
        var tasks = gates.Select((gate, i) => loop.CreateTask(
            Inline.Int(async body =>
            {
                live[(body.TaskId!, body.Attempt)] = true;
                try
                {
                    await body.WaitAsync(gate);
                    return await body.CreateTask(Inline.Int(i));
                }
                finally
                {
                    live.TryRemove((body.TaskId!, body.Attempt), out bool _);
                }
            }),
            new TaskOptions { MaxRestarts = 1000 })).ToArray();
        foreach (var task in tasks) task.Observe(ended);
        var cancels = new Task<bool>?[4];
        var seed = 0;
        foreach (var (what, which) in script)
        {
            switch (what)
            {
                case 0:
                    gates[which].Open();
                    break;
                case 1:
                    cancels[which] ??= tasks[which].CancelAsync("enough");
                    break;
                case 2:
                    cluster.Restart(cluster.Keys[which % 2]);
                    break;
                case 3:
                    // It leaves as a silo that shuts down does, and another comes.
                    var key = cluster.Keys[which % 2];
                    _ = cluster[key].TurnAsync(async leaving =>
                    {
                        await leaving.LeaveAsync();
                        return true;
                    });
                    cluster.Start($"loop/{10 + seed++}");
                    break;
                case 4:
                    var random = new Random(which);
                    cluster.Network = () =>
                    {
                        lock (random) return new Fate(random.NextDouble() < 0.2, random.NextDouble() < 0.2, random.NextDouble() < 0.3, default, TimeSpan.FromSeconds(random.Next(0, 20)));
                    };
                    break;
                default:
                    await Task.Delay(which);
                    break;
            }
        }
        foreach (var gate in gates) gate.Open();
        for (var i = 0; i < 4; i++)
        {
            var (outcome, requested) = ((await loop.GatherOutcomesAsync([tasks[i]]).Soon())[0], cancels[i] is { } cancel && await cancel.Soon());
            if (outcome.IsSuccess) Assert.Equal(i, outcome.Value);
            else Assert.Equal("enough", Assert.IsType<ClusterTaskCanceledException>(outcome.Exception).CancelMessage);
            // Only who asked for a cancel in time gets one.
            if (outcome.IsCanceled) Assert.True(requested, $"task {i} was cancelled though its cancel was refused");
        }
        await Patience.Until(() => live.IsEmpty);
        await ended.Until(4);
        Assert.All(ended.Counts.Values, count => Assert.Equal(1, count));
    }

    private static async Task RepeatAsync(int[] script)
    {
        await using var cluster = new FakeCluster(loops: 1) { ClockRuns = false };
        var sender = new Sender(cluster);
        await sender.OpenAsync();
        var runs = new ConcurrentDictionary<long, int>();
        List<SubmitBatch> sent = [];
        var seen = new SortedDictionary<long, OutcomeKind>();
        foreach (var what in script)
        {
            switch (what)
            {
                case < 4:
                    var serial = sent.Count + 1L;
                    sent.Add(sender.Batch((serial, "c1", Inline.Int(_ => Task.FromResult(runs.AddOrUpdate(serial, 1, (_, before) => before + 1))))));
                    Assert.Equal(ChannelStatus.Ok, (await sender.SendAsync(sent[^1])).Status);
                    break;
                case < 8 when sent.Count > 0:
                    await sender.SendAsync(sent[what % sent.Count]);
                    break;
                default:
                    // Two polls without an acknowledgement between them bring the same.
                    if (seen.Count == sent.Count) break;
                    var first = await sender.PollAsync().Soon();
                    var second = await sender.PollAsync().Soon();
                    Assert.Equal((first.Sequence, first.Outcomes, first.Payload), (second.Sequence, second.Outcomes, second.Payload));
                    sender.Acknowledged = first.Sequence;
                    foreach (var outcome in first.Outcomes) Assert.True(seen.TryAdd(outcome.Serial, outcome.Kind));
                    break;
            }
        }
        while (seen.Count < sent.Count)
        {
            foreach (var outcome in await sender.NextAsync()) Assert.True(seen.TryAdd(outcome.Serial, outcome.Kind));
        }
        Assert.All(seen.Values, kind => Assert.Equal(OutcomeKind.Succeeded, kind));
        Assert.All(runs, run => Assert.Equal((run.Key, 1), (run.Key, run.Value)));
        Assert.Equal(sent.Count, runs.Count);
    }
}
