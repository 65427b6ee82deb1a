using System.Collections.Immutable;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Speaks the protocol to one loop by hand, message by message.</summary>
internal sealed class Sender(FakeCluster cluster, string name = "c1", bool isLoop = false, bool atMostOnce = false)
{
    private readonly FakeLoop _loop = cluster[cluster.Keys[0]];
    private long _sequence;

    public string Incarnation { get; set; } = "";

    public long Acknowledged { get; set; }

    public async Task<ChannelOpened> OpenAsync()
    {
        var opened = await _loop.TurnAsync(loop => loop.Open(new OpenChannel(name, isLoop)));
        Incarnation = opened.Incarnation;
        return opened;
    }

    public SubmitBatch Batch(params ReadOnlySpan<(long Serial, string Owner, Coroutine Coroutine)> starts)
    {
        var owners = ImmutableArray.CreateBuilder<string>();
        var entries = ImmutableArray.CreateBuilder<TaskStart>();
        var payload = new List<byte>();
        foreach (var (serial, owner, coroutine) in starts)
        {
            var bytes = cluster.Serializer.SerializeToArray(coroutine);
            owners.Add(owner);
            entries.Add(new TaskStart(serial, owners.Count - 1, serial, 0, bytes.Length, null, atMostOnce));
            payload.AddRange(bytes);
        }
        return new SubmitBatch(name, Incarnation, ++_sequence, owners.DrainToImmutable(), entries.DrainToImmutable(), [.. payload], [], []);
    }

    public SubmitBatch Cancels(params ReadOnlySpan<long> serials) => Batch() with { Cancels = [.. serials.ToArray().Select(serial => new TaskCancel(serial, null))] };

    public Task<SubmitReply> SendAsync(SubmitBatch batch) => _loop.TurnAsync(loop => loop.Submit(batch));

    public async Task SubmitAsync(params (long Serial, string Owner, Coroutine Coroutine)[] starts) =>
        Assert.Equal(ChannelStatus.Ok, (await SendAsync(Batch(starts))).Status);

    public Task<OutcomeBatch> PollAsync() => _loop.TurnAsync(loop => loop.PollAsync(new PollRequest(name, Incarnation, Acknowledged)));

    /// <summary>Waits for the next outcome that was not acknowledged, and acknowledges it.</summary>
    public async Task<ImmutableArray<OutcomeEntry>> NextAsync()
    {
        var batch = await PollAsync().Soon();
        Assert.Equal(ChannelStatus.Ok, batch.Status);
        if (batch.Sequence > 0) Acknowledged = batch.Sequence;
        return batch.Outcomes;
    }
}
