using System.Collections.Immutable;

namespace OrleansAsync.Coordination;

/// <summary>What is asked of an event.</summary>
internal enum EventVerb
{
    /// <summary>To wait until it is set.</summary>
    Wait,

    /// <summary>To set it.</summary>
    Set,

    /// <summary>To clear it.</summary>
    Clear,

    /// <summary>Whether it is set: the answer's value is 1 then, else 0.</summary>
    CountSet,
}

/// <summary>An event: set, it wakes all who wait, and keeps nobody waiting until it is cleared.</summary>
internal sealed class EventCore : PrimitiveCore
{
    private readonly WaiterQueue _waiters = new();
    private bool _isSet;
    private long _lastSet;

    public override bool IsExclusive => false;

    public override ImmutableArray<KeyValuePair<string, long>> Figures => [new("set", _isSet ? 1 : 0), new("waiting", _waiters.Count)];

    public override void Apply(Request request)
    {
        switch ((EventVerb)request.Verb)
        {
            // One that came before it was set, or while it was, has gone on, though it may have been cleared since.
            case EventVerb.Wait when !_isSet && !(request.IsRestored && request.Arrival < _lastSet):
                _waiters.Add(request);
                return;
            case EventVerb.Set when !request.IsStored:
                IsChanged |= !_isSet;
                _isSet = true;
                _lastSet = request.Arrival;
                while (_waiters.Take() is { } waiter) waiter.SetAnswer(new Answer(AnswerKind.Ok), isHeld: false);
                break;
            case EventVerb.Clear when _isSet && !request.IsStored:
                IsChanged = true;
                (_isSet, _lastSet) = (false, request.Arrival);
                break;
        }
        request.SetAnswer(new Answer(AnswerKind.Ok, _isSet ? 1 : 0), isHeld: false);
    }

    public override void Withdraw(Request request) => _waiters.Remove(request);

    public override PrimitiveState? SaveState()
    {
        IsChanged = false;
        return _lastSet == 0 ? null : new EventState(_isSet, _lastSet);
    }

    public override void LoadState(PrimitiveState state) => (_isSet, _lastSet) = (EventState)state;
}

/// <summary>What of an event outlives its silo.</summary>
/// <param name="IsSet">Whether it is set.</param>
/// <param name="LastSet">The arrival of the request that last set it, or cleared it when it was set.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.EventState)]
internal sealed record EventState([property: Id(0)] bool IsSet, [property: Id(1)] long LastSet) : PrimitiveState;
