using System.Collections.Immutable;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <content>
/// After a loss: those who held something tell of it, and nothing is granted until those who do not tell know that they hold no longer.
/// </content>
internal sealed partial class PrimitiveHost
{
    // In the order of Arrival once the recovery is over.
    private readonly HashSet<RemoteRequest> _deferred = [];
    private readonly HashSet<string> _awaited = [];
    private long _recoveryBegan;
    private bool _endsEarly;

    /// <summary>Whether sessions of a former activation are still being waited for.</summary>
    public bool IsRecovering { get; private set; }

    /// <summary>Begins to wait for sessions of a former activation.</summary>
    /// <param name="sessions">Who they were, if that activation could still say it; then the wait ends as soon as all have been heard.</param>
    public void BeginRecovery(ImmutableArray<string>? sessions)
    {
        if (sessions is { Length: 0 }) return;
        (IsRecovering, _recoveryBegan) = (true, time.GetTimestamp());
        foreach (var session in sessions ?? []) _awaited.Add(session);
        _endsEarly = sessions is not null;
    }

    /// <summary>Goes on with what was kept waiting, once all who may hold something have told, or one lease time is over.</summary>
    public void EndRecovery()
    {
        if (!IsRecovering || !((_endsEarly && _awaited.Count == 0) || time.GetElapsedTime(_recoveryBegan) > lease)) return;
        IsRecovering = false;
        RemoteRequest[] deferred = [.. _deferred.OrderBy(request => request.Arrival)];
        _deferred.Clear();
        foreach (var request in deferred) core.Apply(request);
    }

    /// <summary>Takes what a session tells it had; false if it holds something that another told of before.</summary>
    private bool TryRestore(Session session, ImmutableArray<RestoredCall> calls)
    {
        var isTrue = true;
        _awaited.Remove(session.Id);
        var stored = Stored.GetValueOrDefault(session.Id);
        foreach (var call in calls)
        {
            // A target comes before what refers to it.
            var target = call.Operation.Target == 0 ? null : session.Live.GetValueOrDefault(call.Operation.Target);
            var request = new RemoteRequest(this, session, call.Number, call.Operation, target)
            {
                IsRestored = true,
                IsStored = call.Number <= stored?.Applied,
                Arrival = call.Arrival != 0 ? call.Arrival : ++_lastArrival,
                IsKnown = call.Answer is not null,
            };
            session.Live.Add(call.Number, request);
            if (call.Answer is { } answer)
            {
                core.Restore(request, answer.ToAnswer());
                if (core.IsExclusive && request.Answer.Kind == AnswerKind.Lost) isTrue = false;
            }
            // Done and stored; only the answer was lost.
            else if (stored is not null && stored.Answers.TryGetValue(call.Number, out var given)) request.SetAnswer(given.ToAnswer(), isHeld: false);
            else Apply(request);
            request.IsKnown = false;
        }
        return isTrue;
    }
}
