using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>Who holds a primitive or waits for it, as <c>lock show</c> shows it.</summary>
/// <param name="Asker">The task or process.</param>
/// <param name="Slot">Which of the permits it holds; 0 while it waits.</param>
/// <param name="FencingNumber">The number of its hold; 0 while it waits.</param>
/// <param name="AgeMs">For how long.</param>
internal sealed record LockParty(string Asker, long Slot, long FencingNumber, double AgeMs)
{
    /// <summary>Makes it.</summary>
    /// <param name="party">What the primitive tells.</param>
    public static LockParty Of(PrimitiveParty party) => new(party.Asker, party.Value, party.Fence, Math.Round(party.Age.TotalMilliseconds, 1));
}
