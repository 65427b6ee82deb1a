using System.Collections.Immutable;

namespace OrleansAsync.Coordination;

/// <summary>What is asked of a lock and of its conditions.</summary>
internal enum LockVerb
{
    /// <summary>The lock, as soon as it is this request's turn.</summary>
    Acquire,

    /// <summary>The lock, if it is free.</summary>
    TryAcquire,

    /// <summary>Whether it is held: the answer's value is 1 then, else 0.</summary>
    CountHeld,

    /// <summary>To give up the hold that is its target, to be notified, and to hold the lock again: the answer's hold.</summary>
    Wait,

    /// <summary>To end the wait that is its target: that one holds the lock again, and is answered that it was cancelled.</summary>
    CancelWait,

    /// <summary>To notify some of those who wait, in order; its target is the hold, its argument their number.</summary>
    Notify,
}

/// <summary>
/// A lock with its conditions, which are its parts. Who waits for a condition is notified by moving to the end of the queue for the lock, so
/// giving the lock up and waiting, and being woken and waiting for it, are one step each.
/// </summary>
internal sealed class LockCore : PrimitiveCore
{
    private readonly WaiterQueue _waiters = new();
    private readonly Dictionary<string, WaiterQueue> _conditions = [];

    // From the wait's begin until the hold that it ends in is given back.
    private readonly Dictionary<Request, ConditionWait> _waits = [];
    private Request? _holder;

    public override ImmutableArray<KeyValuePair<string, long>> Figures =>
    [
        new("held", _holder is null ? 0 : 1), new("waiting", _waiters.Count), new("waiting_for_condition", _conditions.Values.Sum(condition => (long)condition.Count)),
    ];

    public override void Apply(Request request)
    {
        switch ((LockVerb)request.Verb)
        {
            case LockVerb.Acquire:
                Enqueue(request);
                break;
            case LockVerb.TryAcquire when _holder is not null:
                request.SetAnswer(new Answer(AnswerKind.WouldWait), isHeld: false);
                break;
            case LockVerb.TryAcquire:
                Grant(request);
                break;
            case LockVerb.CountHeld:
                request.SetAnswer(new Answer(AnswerKind.Ok, _holder is null ? 0 : 1), isHeld: false);
                break;
            case LockVerb.Wait:
                Wait(request);
                break;
            case LockVerb.CancelWait:
                CancelWait(request.Target);
                request.SetAnswer(new Answer(AnswerKind.Ok), isHeld: false);
                break;
            default:
                var isHolder = _holder is not null && _holder == request.Target;
                if (isHolder) Notify(Part(request), request.Argument);
                // One that is asked again has nobody left to wake: the loss has woken all.
                request.SetAnswer(new Answer(isHolder || request.IsRestored ? AnswerKind.Ok : AnswerKind.Misuse), isHeld: false);
                break;
        }
    }

    public override void Withdraw(Request request)
    {
        _waits.Remove(request, out var wait);
        if (request.IsHeld) Release(request);
        else if (_waiters.Remove(request))
        {
            if (wait is { IsCanceled: false }) PassOn(wait);
        }
        else if (wait is not null) Leave(request, wait);
    }

    public override void Restore(Request request, Answer answer)
    {
        if (_holder is not null)
        {
            request.SetAnswer(new Answer(AnswerKind.Lost), isHeld: false);
            return;
        }
        _holder = request;
        LastFence = Math.Max(LastFence, answer.Fence);
        if (request.Verb == (int)LockVerb.Wait) _waits[request] = new(Part(request)) { IsNotified = true, IsCanceled = answer.Kind == AnswerKind.Canceled };
        request.SetAnswer(answer, isHeld: true);
    }

    private static string Part(Request request) => request.Part ?? "";

    private void Wait(Request request)
    {
        var isHolder = _holder is not null && _holder == request.Target;
        if (!isHolder && !request.IsRestored)
        {
            request.SetAnswer(new Answer(AnswerKind.Misuse), isHeld: false);
            return;
        }
        var wait = _waits[request] = new(Part(request));
        if (request.IsRestored)
        {
            // Nobody knows any more whether it was notified. To be woken without a reason is allowed, to sleep on is not.
            wait.IsNotified = true;
            Enqueue(request);
        }
        else
        {
            if (!_conditions.TryGetValue(wait.Condition, out var waiters)) _conditions[wait.Condition] = waiters = new();
            waiters.Add(request);
        }
        if (isHolder)
        {
            _waits.Remove(request.Target!);
            Release(request.Target!);
        }
    }

    private void Notify(string condition, long count)
    {
        if (!_conditions.TryGetValue(condition, out var waiters)) return;
        while (count-- > 0 && waiters.Take() is { } request)
        {
            _waits[request].IsNotified = true;
            Enqueue(request);
        }
        if (waiters.Count == 0) _conditions.Remove(condition);
    }

    private void CancelWait(Request? request)
    {
        if (request is null || !_waits.TryGetValue(request, out var wait) || wait.IsCanceled) return;
        wait.IsCanceled = true;
        if (wait.IsNotified)
        {
            PassOn(wait);
            return;
        }
        Leave(request, wait);
        Enqueue(request);
    }

    private void Leave(Request request, ConditionWait wait)
    {
        if (!_conditions.TryGetValue(wait.Condition, out var waiters) || !waiters.Remove(request)) return;
        if (waiters.Count == 0) _conditions.Remove(wait.Condition);
    }

    // Who is cancelled must not take a notification along.
    private void PassOn(ConditionWait wait) => Notify(wait.Condition, 1);

    private void Enqueue(Request request)
    {
        if (_holder is null) Grant(request);
        else _waiters.Add(request);
    }

    private void Release(Request request)
    {
        request.IsHeld = false;
        _holder = null;
        if (_waiters.Take() is { } next) Grant(next);
    }

    private void Grant(Request request)
    {
        _holder = request;
        var kind = _waits.TryGetValue(request, out var wait) && wait.IsCanceled ? AnswerKind.Canceled : AnswerKind.Ok;
        request.SetAnswer(new Answer(kind, 0, ++LastFence), isHeld: true);
    }

    private sealed class ConditionWait(string condition)
    {
        public string Condition => condition;

        public bool IsNotified { get; set; }

        public bool IsCanceled { get; set; }
    }
}
