using System.Globalization;
using System.Text.Json.Serialization;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>A loop as <c>loop list</c>, <c>loop watch</c> and <c>top</c> show it.</summary>
internal sealed record LoopLine(string Loop, string Silo, int Live, int Pending, long Started, double PerSecond, double LagMs, bool IsLeaving)
{
    /// <summary>Gets what the loop shows besides; only in <c>loop watch</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LoopDetails? Details { get; init; }

    /// <summary>Gets the heading of the text form.</summary>
    public static string Header => Columns("LOOP", "LIVE", "PENDING", "TAKEN", "PER S", "LAG");

    /// <summary>Gets the loop's name as people know it, which commands take.</summary>
    public string ShortName => ClusterCallGraph.ShortLoop(Loop, Silo);

    /// <summary>Makes it.</summary>
    /// <param name="info">The loop.</param>
    /// <param name="perSecond">How many tasks it takes per second.</param>
    public static LoopLine Of(ClusterLoopInfo info, double perSecond) =>
        new(info.Loop, info.Silo, info.Live, info.Pending, info.Admitted, Math.Round(perSecond, 1), Math.Round(info.Lag.TotalMilliseconds, 2), info.IsLeaving);

    /// <inheritdoc/>
    public override string ToString() => Columns(
        ShortName, Number(Live), Number(Pending), Number(Started), PerSecond.ToString("N0", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{LagMs:0.0} ms"))
        + (IsLeaving ? "  leaving" : "");

    private static string Columns(string loop, string live, string pending, string started, string perSecond, string lag) =>
        $"{loop,-24} {live,11} {pending,11} {started,13} {perSecond,9} {lag,11}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
