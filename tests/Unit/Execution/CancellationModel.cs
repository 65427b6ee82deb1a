namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>What a body awaits.</summary>
public enum Awaits
{
    /// <summary>A sleep of the loop: a cancel ends it at once, a result goes on in the same turn.</summary>
    Sleep,

    /// <summary>A task elsewhere: a cancel is a message, which may cross the outcome.</summary>
    Task,

    /// <summary>An operation that heeds its token.</summary>
    Operation,

    /// <summary>An operation that does not look at its token.</summary>
    DeafOperation,
}

/// <summary>One step of a body.</summary>
/// <param name="Awaits">What it awaits.</param>
/// <param name="Swallows">Whether it goes on after a cancel.</param>
/// <param name="CancelsItself">Whether it requests its own cancel before.</param>
public sealed record Step(Awaits Awaits, bool Swallows, bool CancelsItself);

/// <summary>
/// CPython's <c>Task</c> (Lib/asyncio/tasks.py), as far as cancelling goes: <c>_must_cancel</c>, <c>_num_cancels_requested</c> and a
/// <c>_fut_waiter</c>. With one change: a cancel that crosses an outcome leaves it to the await it belongs to, and goes to the next; a
/// result from elsewhere is not thrown away.
/// </summary>
internal sealed class CancellationModel(IReadOnlyList<Step> body)
{
    private int _at = -1;
    private Future _waiter;
    private bool _mustCancel;
    private bool? _request;
    private bool _isRequested;
    private string? _message;
    private string? _waiterMessage;

    private enum Future
    {
        Pending,
        Result,
        Error,
        Cancelled,
    }

    public List<string> Trace { get; } = [];
    public int Cancelling { get; private set; }
    public bool HasEnded { get; private set; }

    private Awaits Awaits => body[_at].Awaits;

    public bool Cancel(string message)
    {
        if (HasEnded) return false;
        Cancelling++;
        _message = message;
        if (!CancelWaiter(message)) _mustCancel = true;
        return true;
    }

    public void Uncancel()
    {
        if (Cancelling > 0 && --Cancelling == 0) _mustCancel = false;
    }

    public void Complete(bool fails)
    {
        if (HasEnded || _waiter != Future.Pending) return;
        _waiter = fails ? Future.Error : Future.Result;
        // A sleep that is over goes on in the turn that wakes it.
        if (Awaits == Awaits.Sleep) Run(isWaking: true);
    }

    /// <summary>The request to cancel a task elsewhere arrives there.</summary>
    public void Deliver()
    {
        if (HasEnded || !_isRequested || _request is not null) return;
        _request = _waiter == Future.Pending;
        if (_request == true) _waiter = Future.Cancelled;
    }

    /// <summary>Lets the body go on until it waits.</summary>
    /// <param name="isWaking">In the turn that woke it: a sleep that is cancelled goes on in a later one.</param>
    public void Run(bool isWaking = false)
    {
        if (_at < 0) Next();
        while (!HasEnded && _waiter != Future.Pending && !(_isRequested && _request is null))
        {
            if (isWaking && _waiter == Future.Cancelled && Awaits == Awaits.Sleep) return;
            if (_waiter == Future.Cancelled)
            {
                Trace.Add($"cancel {_waiterMessage}");
                _mustCancel = false;
                if (!body[_at].Swallows)
                {
                    (HasEnded, _at) = (true, body.Count);
                    Trace.Add("cancelled");
                    return;
                }
            }
            else
            {
                Trace.Add(_waiter == Future.Result ? "result" : "error");
                if (_request == false && Cancelling > 0) _mustCancel = true;
            }
            Next();
        }
    }

    private void Next()
    {
        if (++_at == body.Count)
        {
            HasEnded = true;
            Trace.Add(_mustCancel ? "cancelled" : "done");
            return;
        }
        (_waiter, _isRequested, _request) = (Future.Pending, false, null);
        if (body[_at].CancelsItself) CancelItself();
        if (!_mustCancel) return;
        // A token that is cancelled before the operation begins ends it.
        if (Awaits == Awaits.DeafOperation) (_waiter, _waiterMessage) = (Future.Cancelled, _message);
        else CancelWaiter(_message!);
        _mustCancel = false;
    }

    private void CancelItself()
    {
        Cancelling++;
        (_message, _mustCancel) = ("itself", true);
    }

    private bool CancelWaiter(string message)
    {
        // A second cancel before the task has gone on is merged into the first.
        if (_waiter == Future.Cancelled || _isRequested) return true;
        if (_waiter != Future.Pending || Awaits == Awaits.DeafOperation) return false;
        if (Awaits == Awaits.Task) _isRequested = true;
        else _waiter = Future.Cancelled;
        _waiterMessage = message;
        return true;
    }
}
