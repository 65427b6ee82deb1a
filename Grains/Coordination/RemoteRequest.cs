using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>A request of a session.</summary>
internal sealed class RemoteRequest(PrimitiveHost host, Session session, long number, PrimitiveOperation operation, Request? target)
    : Request(operation.Verb, operation.Argument, operation.Items is { } items ? [.. items] : null)
{
    public override Session Session => session;

    public long Number => number;

    /// <summary>The answer that its asker has told of and need not be told.</summary>
    public bool IsKnown { get; set; }

    /// <summary>When it came, or was granted.</summary>
    public long Since { get; set; } = host.Now;

    protected override void OnAnswered()
    {
        Since = host.Now;
        if (!IsHeld) session.Live.Remove(number);
        if (IsKnown) return;
        var answer = Answer;
        session.Answers.Enqueue(new PrimitiveAnswer(
            number, answer.Kind, answer.Value, answer.Fence, IsHeld, answer.Items is { } given ? [.. given.Cast<byte[]>()] : null));
        host.OnAnswered(session);
    }

    protected override void OnGivenBack() => session.Live.Remove(number);

    public override Request? Target => target;

    public override string? Part => operation.Part;

    public override string? Asker => operation.Asker;
}
