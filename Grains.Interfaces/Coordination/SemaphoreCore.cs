using System.Collections.Immutable;

namespace OrleansAsync.Coordination;

/// <summary>What is asked of a semaphore.</summary>
internal enum SemaphoreVerb
{
    /// <summary>A permit, as soon as it is this request's turn. The answer's value is the slot.</summary>
    Acquire,

    /// <summary>A permit, if one is free.</summary>
    TryAcquire,

    /// <summary>One more permit than there were.</summary>
    Release,

    /// <summary>The number of free permits.</summary>
    CountFree,
}

/// <summary>
/// A semaphore. Permits are numbered slots; who waits gets the next free one in the order of asking, and nobody else while anybody waits.
/// </summary>
/// <param name="permits">How many there are at first.</param>
/// <param name="isBounded">Whether there can never be more.</param>
internal sealed class SemaphoreCore(int permits, bool isBounded) : PrimitiveCore
{
    private readonly WaiterQueue _waiters = new();

    // Slots that were given back; those from _unused on were never held.
    private readonly SortedSet<long> _returned = [];
    private long _unused;
    private long _added;

    private long Permits => permits + _added;

    private long Free => Permits - _unused + _returned.Count;

    public override ImmutableArray<KeyValuePair<string, long>> Figures => [new("permits", Permits), new("free", Free), new("waiting", _waiters.Count)];

    public override void Apply(Request request)
    {
        switch ((SemaphoreVerb)request.Verb)
        {
            // While somebody waits, nothing is free: every permit that comes back is handed over at once.
            case SemaphoreVerb.Acquire or SemaphoreVerb.TryAcquire when Free > 0:
                Grant(request);
                break;
            case SemaphoreVerb.Acquire:
                _waiters.Add(request);
                break;
            case SemaphoreVerb.TryAcquire:
                request.SetAnswer(new Answer(AnswerKind.WouldWait), isHeld: false);
                break;
            case SemaphoreVerb.Release when isBounded:
                request.SetAnswer(new Answer(AnswerKind.Misuse), isHeld: false);
                break;
            case SemaphoreVerb.Release:
                if (!request.IsStored)
                {
                    _added++;
                    IsChanged = true;
                    HandOver();
                }
                request.SetAnswer(new Answer(AnswerKind.Ok), isHeld: false);
                break;
            default:
                request.SetAnswer(new Answer(AnswerKind.Ok, Free), isHeld: false);
                break;
        }
    }

    public override void Withdraw(Request request)
    {
        if (!request.IsHeld)
        {
            _waiters.Remove(request);
            return;
        }
        request.IsHeld = false;
        _returned.Add(request.Answer.Value);
        HandOver();
    }

    public override void Restore(Request request, Answer answer)
    {
        if (!TryTake(answer.Value))
        {
            request.SetAnswer(new Answer(AnswerKind.Lost), isHeld: false);
            return;
        }
        LastFence = Math.Max(LastFence, answer.Fence);
        request.SetAnswer(answer, isHeld: true);
    }

    public override PrimitiveState? SaveState()
    {
        IsChanged = false;
        return _added == 0 ? null : new SemaphoreState(_added);
    }

    public override void LoadState(PrimitiveState state) => _added = ((SemaphoreState)state).Added;

    private void HandOver()
    {
        while (Free > 0 && _waiters.Take() is { } next) Grant(next);
    }

    private void Grant(Request request)
    {
        var slot = _unused;
        if (_returned.Count == 0) _unused++;
        else _returned.Remove(slot = _returned.Min);
        request.SetAnswer(new Answer(AnswerKind.Ok, slot, ++LastFence), isHeld: true);
    }

    private bool TryTake(long slot)
    {
        if (slot < 0 || slot >= Permits) return false;
        while (_unused <= slot) _returned.Add(_unused++);
        return _returned.Remove(slot);
    }
}

/// <summary>What of a semaphore outlives its silo.</summary>
/// <param name="Added">How many permits were added.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.SemaphoreState)]
internal sealed record SemaphoreState([property: Id(0)] long Added) : PrimitiveState;
