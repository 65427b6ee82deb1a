using System.Globalization;
using System.Text.Json.Serialization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>A turn as <c>loop watch --turns</c> shows it.</summary>
internal sealed record TurnLine(
    long Number, string Loop, string Silo, DateTimeOffset At, double ElapsedMs, string Task, string Name, string Coroutine, LoopTurnEnd End, IReadOnlyList<WaitLine> Awaits)
{
    /// <summary>Gets the heading of the text form.</summary>
    public static string Header => Columns("TURN", "BEGAN", "RAN", "LOOP", "TASK", "NAME", "THEN");

    /// <summary>Gets how the turn ended, in words.</summary>
    [JsonIgnore]
    public string Then { get; private init; } = "";

    /// <summary>Makes it.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="loop">Its loop.</param>
    public static TurnLine Of(LoopTurn turn, ClusterLoopInfo loop) => new(
        turn.Number, loop.Loop, loop.Silo, turn.At.ToUniversalTime(), WaitLine.Milliseconds(turn.Elapsed), turn.Task, turn.Name, turn.Coroutine, turn.End, WaitLine.Of(turn.Awaits))
    {
        Then = turn.Describe(),
    };

    /// <inheritdoc/>
    public override string ToString() => Columns(
        Number.ToString(CultureInfo.InvariantCulture), At.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture), Ran(ElapsedMs), ClusterCallGraph.ShortLoop(Loop, Silo), Task, $"{Name} ({Coroutine})", Then);

    /// <summary>A turn's time as people read it.</summary>
    /// <param name="milliseconds">The time.</param>
    public static string Ran(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.000} ms");

    private static string Columns(string number, string at, string ran, string loop, string task, string name, string then) =>
        $"{number,8}  {at,-15}  {ran,12}  {loop,-18}  {task,-24}  {name,-28}  {then}";
}
