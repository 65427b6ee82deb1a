using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Coordination;

/// <summary>The way from a handle to the primitive behind it: a core in this process, or a grain. All handles of this process to one primitive share it.</summary>
internal abstract class Primitive
{
    // In the order they were granted.
    private readonly LinkedList<PrimitiveCall> _holds = [];
    private object? _shared;

    /// <summary>What people call it: its kind and, if it has one, its name.</summary>
    protected abstract string What { get; }

    /// <summary>Asks and returns at once. Calls reach the primitive in the order in which they were made.</summary>
    /// <param name="call">What is asked.</param>
    public abstract void Send(PrimitiveCall call);

    /// <summary>
    /// Gives a call up that waits, or gives back what an answered one holds; nothing of it is left then. Returns at once and never fails: later calls
    /// come after it.
    /// </summary>
    public void Withdraw(PrimitiveCall call)
    {
        // First there, so that an answer that comes meanwhile is either taken out below or never heard.
        Unsend(call);
        lock (_holds) _holds.Remove(call);
    }

    /// <summary>Notes that the primitive itself took back what a call held: it is done, or was given up for a wait.</summary>
    public void Forget(PrimitiveCall call)
    {
        OnForgotten(call);
        lock (_holds) _holds.Remove(call);
    }

    /// <summary>What the handles of this process to the primitive have in common, made when it is first asked for.</summary>
    public T GetShared<T>() where T : class, new()
    {
        lock (_holds) return (T)(_shared ??= new T());
    }

    /// <summary>What was granted here and not given back or lost, the oldest first.</summary>
    public IReadOnlyList<PrimitiveCall> Holds
    {
        get
        {
            lock (_holds) return [.. _holds];
        }
    }

    /// <summary>Takes the oldest hold out of <see cref="Holds"/>, for one of several callers that release; null if there is none.</summary>
    public PrimitiveCall? TakeOldestHold()
    {
        lock (_holds)
        {
            if (_holds.First is not { Value: var oldest }) return null;
            _holds.RemoveFirst();
            return oldest;
        }
    }

    /// <summary>Takes one out of <see cref="Holds"/>; false if it was released by another, or lost, before.</summary>
    public bool TryTakeHold(PrimitiveCall call)
    {
        lock (_holds) return _holds.Remove(call);
    }

    /// <summary>Sends a call and waits for its answer: a cancel point of the running task. A cancelled call consumes nothing.</summary>
    /// <param name="loop">The loop of the handle.</param>
    /// <param name="call">What is asked.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<Answer> CallAsync(IClusterLoop loop, PrimitiveCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Send(call);
        try
        {
            return await AnswerAsync(loop, call, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Withdraw(call);
            throw;
        }
    }

    /// <summary>Waits for the answer of a call that was sent: a cancel point of the running task, unless it is there already, as in asyncio.</summary>
    /// <param name="loop">The loop of the handle.</param>
    /// <param name="call">The call; a cancel changes nothing of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Answer> AnswerAsync(IClusterLoop loop, PrimitiveCall call, CancellationToken cancellationToken)
    {
        if (call.Answered.IsCompleted) return await call.Answered;
        return await TaskLoopExtensions.AwaitAsync(loop, token => call.WaitAsync(token, cancellationToken), new Wait(this, call));
    }

    protected abstract void Unsend(PrimitiveCall call);

    protected virtual void OnForgotten(PrimitiveCall call) { }

    /// <summary>For the carrier: a call was answered, and something is held now.</summary>
    protected void OnHeld(PrimitiveCall call)
    {
        lock (_holds) _holds.AddLast(call);
    }

    /// <summary>For the carrier: what a call held is not held any more.</summary>
    protected void OnLost(PrimitiveCall call)
    {
        lock (_holds) _holds.Remove(call);
        call.Lose();
    }

    private sealed class Wait(Primitive primitive, PrimitiveCall call) : IAwaited
    {
        public AwaitKind Kind => AwaitKind.Primitive;

        public string What => primitive.What;

        public bool HasEnded => call.Answered.IsCompleted;
    }
}
