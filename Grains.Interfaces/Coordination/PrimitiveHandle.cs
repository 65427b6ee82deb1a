using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>What each verb of a primitive works on, be it local or of the cluster.</summary>
/// <param name="Loop">The loop of the caller.</param>
/// <param name="Primitive">The way to the primitive.</param>
/// <param name="Kind">What it is: <c>lock</c>, <c>semaphore</c>.</param>
/// <param name="Name">Its name, if it has one.</param>
internal readonly record struct PrimitiveHandle(IClusterLoop Loop, Primitive Primitive, string Kind, string? Name)
{
    /// <summary>What errors call it.</summary>
    public static string Describe(string kind, string? name) => name is null ? $"The {kind}" : $"The {kind} '{name}'";

    public override string ToString() => Describe(Kind, Name);

    /// <summary>Asks, waits for the answer, and throws what is an error.</summary>
    public Task<Answer> CallAsync(int verb, CancellationToken cancellationToken) => CallAsync(new PrimitiveCall(verb, 0, null, null), cancellationToken);

    /// <inheritdoc cref="CallAsync(int, CancellationToken)"/>
    public async Task<Answer> CallAsync(PrimitiveCall call, CancellationToken cancellationToken) => Check(await Primitive.CallAsync(Loop, call, cancellationToken));

    /// <summary>Acquires, and gives what is released with.</summary>
    public async Task<Lease> AcquireAsync(int verb, CancellationToken cancellationToken)
    {
        var call = new PrimitiveCall(verb, 0, null, null);
        await CallAsync(call, cancellationToken);
        return new Lease(this, call);
    }

    /// <summary>Acquires if that takes no waiting; null if it would.</summary>
    public async Task<Lease?> TryAcquireAsync(int verb, CancellationToken cancellationToken)
    {
        var call = new PrimitiveCall(verb, 0, null, null);
        var answer = await CallAsync(call, cancellationToken);
        return answer.Kind == AnswerKind.Ok ? new Lease(this, call) : null;
    }

    /// <summary>Releases the oldest hold of this process.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Task ReleaseAsync() => TryRelease() ? Task.CompletedTask : throw NotHeld();

    /// <summary>Releases the oldest hold of this process; if there is none, adds a permit.</summary>
    public Task ReleaseOrAddAsync() => TryRelease() ? Task.CompletedTask : CallAsync((int)SemaphoreVerb.Release, default);

    /// <summary>The same in place of a hold that was released already; a bounded semaphore has then got all it can.</summary>
    public async Task ReleaseAnotherAsync()
    {
        if (!TryRelease()) await Primitive.CallAsync(Loop, new PrimitiveCall((int)SemaphoreVerb.Release, 0, null, null), default);
    }

    /// <summary>How a barrier is.</summary>
    public async Task<BarrierStatus> GetBarrierStatusAsync(CancellationToken cancellationToken)
    {
        var answer = await Primitive.CallAsync(Loop, new PrimitiveCall((int)BarrierVerb.CountWaiting, 0, null, null), cancellationToken);
        if (answer.Kind == AnswerKind.Broken) return new(0, true);
        return new((int)Check(answer).Value, false);
    }

    /// <summary>The error of somebody who needs a hold.</summary>
    public InvalidOperationException NotHeld() => new($"{this} is not held here: acquire it first. A hold whose lease was lost counts no longer.");

    /// <summary>Throws what is an error.</summary>
    public Answer Check(Answer answer) => answer.Kind switch
    {
        AnswerKind.Misuse => throw NotHeld(),
        AnswerKind.Broken => throw new BrokenBarrierException($"{this} is broken: it was aborted or reset while it was waited for. Reset it to use it again."),
        // Only a barrier forgets: see BarrierCore.
        AnswerKind.Lost => throw new BrokenBarrierException($"{this} was passed, but the index was lost with its silo."),
        _ => answer,
    };

    private bool TryRelease()
    {
        if (Primitive.TakeOldestHold() is not { } hold) return false;
        Primitive.Withdraw(hold);
        return true;
    }
}
