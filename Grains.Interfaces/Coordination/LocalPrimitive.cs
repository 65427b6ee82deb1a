namespace OrleansAsync.Coordination;

/// <summary>A primitive in this process: nothing is sent, nothing is lost.</summary>
internal sealed class LocalPrimitive(PrimitiveCore core) : Primitive
{
    private long _arrivals;

    // The core of a lock is a LockCore.
    protected override string What => core.GetType().Name[..^"Core".Length].ToLowerInvariant();

    public override void Send(PrimitiveCall call)
    {
        var request = new LocalRequest(this, call) { Target = call.Target?.Carrier as Request, Part = call.Part };
        call.Carrier = request;
        lock (core)
        {
            request.Arrival = ++_arrivals;
            core.Apply(request);
        }
    }

    protected override void Unsend(PrimitiveCall call)
    {
        lock (core) core.Withdraw((Request)call.Carrier!);
    }

    private sealed class LocalRequest(LocalPrimitive primitive, PrimitiveCall call) : Request(call.Verb, call.Argument, call.Items)
    {
        protected override void OnAnswered()
        {
            if (IsHeld) primitive.OnHeld(call);
            call.TrySetAnswer(Answer);
        }

        protected override void OnGivenBack() => primitive.Forget(call);
    }
}
