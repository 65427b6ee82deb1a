using System.Globalization;
using System.Text;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>A lock, semaphore, event or barrier as <c>lock show</c> shows it.</summary>
/// <param name="Lock">What the list shows of it.</param>
/// <param name="Holders">Who holds it, the oldest first; a hundred at most.</param>
/// <param name="Waiters">Who waits for it, in order; a hundred at most.</param>
internal sealed record LockDetails(LockLine Lock, IReadOnlyList<LockParty> Holders, IReadOnlyList<LockParty> Waiters)
{
    /// <summary>Makes it.</summary>
    /// <param name="info">What the primitive tells.</param>
    public static LockDetails Of(PrimitiveInfo info) => new(LockLine.Of(info), [.. info.Holders.Select(LockParty.Of)], [.. info.Waiters.Select(LockParty.Of)]);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(LockLine.Header).Append(Lock);
        if (Lock.Recovering) text.AppendLine().Append("grants nothing until those who had it before its silo was lost have told, or their leases are over");
        foreach (var holder in Holders)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{holder.Asker} holds slot {holder.Slot} with fencing number {holder.FencingNumber} for {holder.AgeMs:N0} ms");
        foreach (var waiter in Waiters) text.AppendLine().Append(CultureInfo.InvariantCulture, $"{waiter.Asker} waits for {waiter.AgeMs:N0} ms");
        return text.ToString();
    }
}
