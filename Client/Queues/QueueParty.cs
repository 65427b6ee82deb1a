using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Queues;

/// <summary>Who has items of a queue, or waits for it, as <c>queue show</c> shows it.</summary>
/// <param name="Asker">The task or process.</param>
/// <param name="AgeMs">For how long.</param>
internal sealed record QueueParty(string Asker, double AgeMs)
{
    /// <summary>Makes it.</summary>
    /// <param name="party">What the queue tells.</param>
    public static QueueParty Of(PrimitiveParty party) => new(party.Asker, Math.Round(party.Age.TotalMilliseconds, 1));
}
