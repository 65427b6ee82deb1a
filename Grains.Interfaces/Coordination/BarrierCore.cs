using System.Collections.Immutable;

namespace OrleansAsync.Coordination;

/// <summary>What is asked of a barrier.</summary>
internal enum BarrierVerb
{
    /// <summary>To wait until all parties do. The answer's value is the index.</summary>
    Wait,

    /// <summary>To send away whoever waits, and to begin anew.</summary>
    Reset,

    /// <summary>To send away whoever waits, and all who come until it is reset.</summary>
    Abort,

    /// <summary>How many wait: the answer's value. Its kind tells whether the barrier is broken.</summary>
    CountWaiting,
}

/// <summary>
/// A barrier. Who waits leaves all at once when the last party comes, so whoever comes then is of the next generation, and none is ever between two.
/// Nothing here is held; but as generations are told apart by the order of arrival, those who waited are let in again before anybody new, like holders.
/// </summary>
/// <param name="parties">How many it takes to open.</param>
internal sealed class BarrierCore(int parties) : PrimitiveCore
{
    private readonly WaiterQueue _waiters = new();
    private BarrierState _state = BarrierState.New;

    public override ImmutableArray<KeyValuePair<string, long>> Figures => [new("parties", parties), new("waiting", _waiters.Count), new("broken", _state.IsBroken ? 1 : 0)];

    public override void Apply(Request request)
    {
        switch ((BarrierVerb)request.Verb)
        {
            case BarrierVerb.Wait when request.IsRestored && request.Arrival <= _state.LastEnd:
                request.SetAnswer(WhatWasMissed(request.Arrival), isHeld: false);
                break;
            case BarrierVerb.Wait when !_state.IsBroken:
                _waiters.Add(request);
                if (_waiters.Count == parties) Open(request.Arrival);
                break;
            case BarrierVerb.Reset or BarrierVerb.Abort:
                if (!request.IsStored) Break(request.Arrival, isBroken: request.Verb == (int)BarrierVerb.Abort);
                request.SetAnswer(new Answer(AnswerKind.Ok), isHeld: false);
                break;
            default:
                request.SetAnswer(new Answer(_state.IsBroken ? AnswerKind.Broken : AnswerKind.Ok, _waiters.Count), isHeld: false);
                break;
        }
    }

    public override void Withdraw(Request request) => _waiters.Remove(request);

    public override PrimitiveState? SaveState()
    {
        IsChanged = false;
        return _state == BarrierState.New ? null : _state;
    }

    public override void LoadState(PrimitiveState state) => _state = (BarrierState)state;

    private void Open(long arrival)
    {
        var passed = ImmutableArray.CreateBuilder<long>(parties);
        while (_waiters.Take() is { } waiter)
        {
            waiter.SetAnswer(new Answer(AnswerKind.Ok, passed.Count), isHeld: false);
            passed.Add(waiter.Arrival);
        }
        Change(_state with { LastEnd = arrival, LastPassed = passed.MoveToImmutable() });
    }

    private void Break(long arrival, bool isBroken)
    {
        // A reset of one that is as new changes nothing.
        if (isBroken || _state.IsBroken || _waiters.Count > 0) Change(_state with { IsBroken = isBroken, LastEnd = arrival, LastBreak = arrival });
        while (_waiters.Take() is { } waiter) waiter.SetAnswer(new Answer(AnswerKind.Broken), isHeld: false);
    }

    // For one that had left the barrier, but whose answer was lost with the silo.
    private Answer WhatWasMissed(long arrival)
    {
        var index = _state.LastPassed.IndexOf(arrival);
        if (index >= 0) return new(AnswerKind.Ok, index);
        // The generations before the last one are not remembered.
        return new(arrival <= _state.LastBreak ? AnswerKind.Broken : AnswerKind.Lost);
    }

    private void Change(BarrierState state)
    {
        _state = state;
        IsChanged = true;
    }
}

/// <summary>What of a barrier outlives its silo.</summary>
/// <param name="IsBroken">Whether it is broken.</param>
/// <param name="LastEnd">Whoever had arrived until then waits no longer.</param>
/// <param name="LastBreak">Whoever had arrived until then and was not let through was sent away.</param>
/// <param name="LastPassed">The arrivals of those it let through last; their places are their indices.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.BarrierState)]
internal sealed record BarrierState(
    [property: Id(0)] bool IsBroken, [property: Id(1)] long LastEnd, [property: Id(2)] long LastBreak, [property: Id(3)] ImmutableArray<long> LastPassed) : PrimitiveState
{
    /// <summary>That of a new barrier.</summary>
    public static BarrierState New { get; } = new(false, 0, 0, []);
}
