using System.Globalization;
using System.Text;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Queues;

/// <summary>A queue as <c>queue show</c> shows it.</summary>
/// <param name="Queue">What the list shows of it.</param>
/// <param name="Consumers">Who has taken items that are not done, the oldest first; a hundred at most.</param>
/// <param name="Waiters">Who waits, in order; a hundred at most.</param>
/// <param name="Recovering">Whether it waits for those who had items before its silo was lost.</param>
internal sealed record QueueDetails(QueueLine Queue, IReadOnlyList<QueueParty> Consumers, IReadOnlyList<QueueParty> Waiters, bool Recovering)
{
    /// <summary>Makes it.</summary>
    /// <param name="info">What the queue tells.</param>
    public static QueueDetails Of(PrimitiveInfo info) =>
        new(QueueLine.Of(info), [.. info.Holders.Select(QueueParty.Of)], [.. info.Waiters.Select(QueueParty.Of)], info.IsRecovering);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(QueueLine.Header).Append(Queue);
        if (Recovering) text.AppendLine().Append("waits for those who had items before its silo was lost");
        Append("has items that are not done", Consumers);
        Append("waits", Waiters);
        return text.ToString();

        void Append(string what, IReadOnlyList<QueueParty> parties)
        {
            foreach (var party in parties) text.AppendLine().Append(CultureInfo.InvariantCulture, $"{party.Asker} {what} for {party.AgeMs:N0} ms");
        }
    }
}
