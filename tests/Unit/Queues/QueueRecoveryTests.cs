using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Queues;

namespace OrleansAsync.Tests.Unit.Queues;

/// <summary>Messages of a session with a durable queue whose activation is lost before its answers arrive.</summary>
public sealed class QueueRecoveryTests
{
    private const string Session = "c1!1";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_put_and_a_done_that_were_stored_and_not_answered_happen_once()
    {
        var first = NewHost(1);
        PrimitiveOperation[] operations = [Put(1, 2, 3), new((int)QueueVerb.Get, 2), new((int)QueueVerb.Done, 1, Target: 2)];
        Assert.Equal(PrimitiveStatus.Ok, Send(first, 1, operations));
        var taken = Show(first).Single(answer => answer.IsHeld);
        var stored = Stored((QueueCore)first.Core);
        var session = Assert.Single(first.Sessions);

        // The taker had its items, but not the answers to the put and to the done.
        var next = NewHost(2, new() { [Session] = new StoredSession(session.Applied, session.Settled) });
        foreach (var item in stored) ((QueueCore)next.Core).Load(item.Number, (byte[])item.Value);
        next.BeginRecovery(null);
        ImmutableArray<RestoredCall> told = [new(1, operations[0], 0, null), new(2, operations[1], 0, taken), new(3, operations[2], 0, null)];
        Assert.Equal(PrimitiveStatus.Ok, next.Apply(new PrimitiveBatch(Session, 2, 4, [], 0, null, told), out _, out _));
        Assert.Equal([(1L, AnswerKind.Ok, 3L), (3L, AnswerKind.Ok, 0L)], Show(next).Select(answer => (answer.Number, answer.Kind, answer.Value)));
        _time.Advance(Lease + TimeSpan.FromTicks(1));
        next.EndRecovery();
        // One is done, one is the taker's, one is in the queue.
        Assert.Equal(PrimitiveStatus.Ok, Send(next, 4, new PrimitiveOperation((int)QueueVerb.Get, 10), new PrimitiveOperation((int)QueueVerb.Done, 1, Target: 2), new PrimitiveOperation((int)QueueVerb.TryGet, 1)));
        var answers = Show(next)[2..];
        Assert.Equal([3], Values(answers[0]));
        Assert.Equal([AnswerKind.Ok, AnswerKind.Ok, AnswerKind.WouldWait], answers.Select(answer => answer.Kind));
    }

    [Fact]
    public void A_put_that_waited_for_room_is_put_once_there_is_some()
    {
        var first = NewHost(1, maxSize: 1);
        PrimitiveOperation[] operations = [Put(1), Put(2)];
        Send(first, 1, operations);
        Assert.Equal(1, Assert.Single(Show(first)).Number);
        var session = Assert.Single(first.Sessions);
        var next = NewHost(2, new() { [Session] = new StoredSession(session.Applied, session.Settled) }, maxSize: 1);
        foreach (var item in Stored((QueueCore)first.Core)) ((QueueCore)next.Core).Load(item.Number, (byte[])item.Value);
        next.BeginRecovery(null);
        next.Apply(new PrimitiveBatch(Session, 2, 3, [], 0, null, [new(1, operations[0], 0, null), new(2, operations[1], 0, null)]), out _, out _);
        _time.Advance(Lease + TimeSpan.FromTicks(1));
        next.EndRecovery();
        Send(next, 3, new PrimitiveOperation((int)QueueVerb.Get, 1), new PrimitiveOperation((int)QueueVerb.Get, 1), new PrimitiveOperation((int)QueueVerb.TryGet, 1));
        var answers = Show(next).ToDictionary(answer => answer.Number);
        Assert.Equal([1, 2], Values(answers[3]).Concat(Values(answers[4])));
        Assert.Equal((AnswerKind.Ok, AnswerKind.Ok, AnswerKind.WouldWait), (answers[1].Kind, answers[2].Kind, answers[5].Kind));
    }

    [Fact]
    public void Items_of_a_consumer_that_is_silent_for_a_lease_time_go_back_in_front()
    {
        var host = NewHost(1);
        Send(host, 1, Put(1, 2, 3, 4), new((int)QueueVerb.Get, 3), new((int)QueueVerb.Done, 1, Target: 2));
        _time.Advance(Lease);
        host.Apply(new PrimitiveBatch("c2!1", 1, 1, [new((int)QueueVerb.Get, 1), new((int)QueueVerb.Get, 10)], 0, null, null), out _, out _);
        _time.Advance(TimeSpan.FromSeconds(1));
        host.ExpireLeases();
        Assert.Equal([4, 2, 3], Show(host, "c2!1").SelectMany(Values));
        Assert.Equal(PrimitiveStatus.Expired, Send(host, 4, new PrimitiveOperation((int)QueueVerb.Done, 1, Target: 2)));
    }

    private PrimitiveHost NewHost(long epoch, Dictionary<string, StoredSession>? stored = null, int maxSize = 0)
    {
        var core = new QueueCore(QueueOrder.Fifo, maxSize, isDurable: true) { LastFence = epoch << 32 };
        return new(core, epoch, _time, Lease) { Stored = stored ?? [] };
    }

    private static PrimitiveOperation Put(params byte[] items) => new((int)QueueVerb.Put, Items: [.. items.Select(item => new[] { item })]);

    private static PrimitiveStatus Send(PrimitiveHost host, long first, params PrimitiveOperation[] operations) =>
        host.Apply(new PrimitiveBatch(Session, host.Epoch, first, [.. operations], 0, null, null), out _, out _);

    private static ImmutableArray<PrimitiveAnswer> Show(PrimitiveHost host, string session = Session)
    {
        foreach (var (answered, given) in host.TakeAnswered()) answered.Show(given);
        return host.Reply(session, PrimitiveStatus.Ok).Answers;
    }

    private static List<QueueItem> Stored(QueueCore core) => [.. core.TakeChanges().Where(item => !item.IsGone)];

    private static IEnumerable<int> Values(PrimitiveAnswer answer) => answer.Items!.Value.Select(item => (int)item[^1]);
}
