using System.Globalization;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Queues;

/// <summary>A queue as <c>queue list</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Which item comes out next.</param>
/// <param name="Depth">How many items wait to be taken.</param>
/// <param name="MaxSize">How many it holds; <see langword="null"/> without a limit.</param>
/// <param name="Unfinished">How many items are not done.</param>
/// <param name="Consumers">How many tasks or processes have items that are not done.</param>
/// <param name="Waiters">How many calls wait, to put, to take or to join.</param>
/// <param name="ShutDown">Whether it was shut down.</param>
/// <param name="Silo">Where it is.</param>
internal sealed record QueueLine(string Name, string Kind, long Depth, long? MaxSize, long Unfinished, int Consumers, int Waiters, bool ShutDown, string Silo)
{
    /// <summary>Gets the heading of the text form.</summary>
    public static string Header => Columns("QUEUE", "KIND", "DEPTH", "MAX", "UNFINISHED", "CONSUMERS", "WAITERS", "SILO");

    /// <summary>Makes it.</summary>
    /// <param name="info">What the queue tells.</param>
    public static QueueLine Of(PrimitiveInfo info)
    {
        var figures = info.Figures.ToDictionary();
        return new(
            info.Name, info.Kind, figures["depth"], figures["max_size"] is > 0 and var max ? max : null, figures["unfinished"],
            info.Holders.Select(holder => holder.Asker).Distinct().Count(), info.WaiterCount, figures["shut_down"] == 1, info.Silo);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Columns(Name, Kind, Number(Depth), MaxSize is { } max ? Number(max) : "-", Number(Unfinished), Number(Consumers), Number(Waiters), Silo) + (ShutDown ? "  shut down" : "");

    private static string Columns(string name, string kind, string depth, string max, string unfinished, string consumers, string waiters, string silo) =>
        $"{name,-24} {kind,-14} {depth,9} {max,9} {unfinished,10} {consumers,9} {waiters,7}  {silo}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
