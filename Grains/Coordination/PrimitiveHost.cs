using System.Collections.Immutable;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>
/// One activation of a primitive: sessions, their leases, messages that come twice or late, and what became of a former activation. The rules are the
/// core's; this knows the clock, but no grain and no store.
/// </summary>
/// <param name="core">The rules.</param>
/// <param name="epoch">The number of the activation, larger than any before.</param>
/// <param name="time">The clock of leases.</param>
/// <param name="lease">How long a session lives without being heard of.</param>
internal sealed partial class PrimitiveHost(PrimitiveCore core, long epoch, TimeProvider time, TimeSpan lease)
{
    // A process that was away for longer asks all anew.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Dictionary<Session, long> _answered = [];
    private readonly List<string> _forgotten = [];

    private long _lastArrival = epoch << 32;

    /// <summary>What a former activation had applied, and stored, of each session.</summary>
    public Dictionary<string, StoredSession> Stored { get; init; } = [];

    public PrimitiveCore Core => core;

    public long Epoch => epoch;

    public long Now => time.GetTimestamp();

    /// <summary>The sessions that are alive.</summary>
    public IEnumerable<Session> Sessions => _sessions.Values.Where(session => !session.IsExpired);

    /// <summary>Whether nobody waits, holds anything or was heard of lately.</summary>
    public bool IsUnused => _sessions.Count == 0 && !IsRecovering;

    /// <summary>Applies a message. What it answers is seen once it is shown: see <see cref="TakeAnswered"/>.</summary>
    public PrimitiveStatus Apply(PrimitiveBatch batch, out Session? session, out long firstArrival)
    {
        (session, firstArrival) = (null, 0);
        if (batch.Epoch != 0 && batch.Epoch != epoch) return PrimitiveStatus.OtherEpoch;
        if (!_sessions.TryGetValue(batch.Session, out session))
        {
            // It never heard an answer, but something of it was stored: it must tell which requests these may be.
            if (batch.Epoch == 0 && batch.Restored is null && Stored.ContainsKey(batch.Session)) return PrimitiveStatus.OtherEpoch;
            // One with a past that nobody knows here: too late to be told of, or forgotten.
            if (batch.Restored is { } told ? !told.IsEmpty && !IsRecovering : batch.First > 1) return PrimitiveStatus.Expired;
            _sessions.Add(batch.Session, session = new Session(batch.Session) { Applied = batch.First - 1 });
            // A hold that another has by now is lost, and its holder is told.
            if (batch.Restored is { } restored && !TryRestore(session, restored)) Expire(session);
        }
        session.Acknowledge(batch.Acknowledged);
        if (session.IsExpired) return PrimitiveStatus.Expired;
        session.LastHeard = time.GetTimestamp();
        if (session.Applied == batch.First - 1 && batch.Operations.Length > 0) firstArrival = _lastArrival + 1;
        for (var i = (int)(session.Applied - batch.First + 1); i < batch.Operations.Length; i++)
        {
            session.Applied++;
            Apply(session, session.Applied, batch.Operations[i]);
        }
        return PrimitiveStatus.Ok;
    }

    /// <summary>Hears of a session that waits for answers.</summary>
    public PrimitiveStatus Hear(PrimitivePoll poll, out Session? session)
    {
        session = null;
        if (poll.Epoch != epoch) return PrimitiveStatus.OtherEpoch;
        if (!_sessions.TryGetValue(poll.Session, out session) || session.IsExpired) return PrimitiveStatus.Expired;
        session.Acknowledge(poll.Acknowledged);
        session.LastHeard = time.GetTimestamp();
        return PrimitiveStatus.Ok;
    }

    /// <summary>What a session is answered.</summary>
    public PrimitiveReply Reply(string id, PrimitiveStatus status, long firstArrival = 0)
    {
        if (!_sessions.TryGetValue(id, out var session)) return new(status, epoch, lease, 0, 0, 0, []);
        return new(status, epoch, lease, session.Applied, firstArrival, session.FirstAnswer, session.Unacknowledged);
    }

    /// <summary>Notes that a session was answered.</summary>
    public void OnAnswered(Session session) => _answered[session] = session.Given;

    /// <summary>The sessions that were answered since the last call, with how many answers they have: they see them once what they tell is stored.</summary>
    public KeyValuePair<Session, long>[] TakeAnswered()
    {
        if (_answered.Count == 0) return [];
        var answered = _answered.ToArray();
        _answered.Clear();
        return answered;
    }

    /// <summary>Withdraws all of the sessions that were silent for too long, and forgets those that have been for very long.</summary>
    public void ExpireLeases()
    {
        foreach (var session in _sessions.Values.ToArray())
        {
            var silence = time.GetElapsedTime(session.LastHeard);
            if (silence > Memory) Forget(session);
            else if (silence > lease && session.Live.Count > 0 && !session.IsExpired) Expire(session);
        }
    }

    /// <summary>Takes the sessions that were forgotten since the last call.</summary>
    public string[] TakeForgotten()
    {
        if (_forgotten.Count == 0) return [];
        var forgotten = _forgotten.ToArray();
        _forgotten.Clear();
        return forgotten;
    }

    /// <summary>Deletes all sessions: nothing waits or holds any more.</summary>
    public ImmutableArray<string> Clear()
    {
        ImmutableArray<string> ids = [.. _sessions.Keys];
        foreach (var session in _sessions.Values.ToArray()) Forget(session);
        return ids;
    }

    /// <summary>Lets all polls return.</summary>
    public void WakeAll()
    {
        foreach (var session in _sessions.Values) session.Wake();
    }

    private void Apply(Session session, long number, PrimitiveOperation operation)
    {
        var arrival = ++_lastArrival;
        var target = operation.Target == 0 ? null : session.Live.GetValueOrDefault(operation.Target);
        if (operation.Verb == PrimitiveOperation.Withdraw)
        {
            if (target is not null) Withdraw(target);
            return;
        }
        var request = new RemoteRequest(this, session, number, operation, target) { Arrival = arrival };
        session.Live.Add(number, request);
        Apply(request);
    }

    private void Apply(RemoteRequest request)
    {
        if (IsRecovering && core.IsExclusive) _deferred.Add(request);
        else core.Apply(request);
    }

    private void Withdraw(RemoteRequest request)
    {
        request.Session.Live.Remove(request.Number);
        if (!_deferred.Remove(request)) core.Withdraw(request);
    }

    private void Expire(Session session)
    {
        session.IsExpired = true;
        foreach (var request in session.Live.Values.OrderBy(request => request.Number).ToArray()) Withdraw(request);
        session.Wake();
    }

    private void Forget(Session session)
    {
        if (!session.IsExpired) Expire(session);
        _sessions.Remove(session.Id);
        _forgotten.Add(session.Id);
    }
}
