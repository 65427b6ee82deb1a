using System.Globalization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansAsync.Execution;

/// <summary>
/// Draws an event loop as the tutorial does: a box around the ready queue, the turns, and the timers and other waits.
/// </summary>
internal static class LoopPictureView
{
    /// <summary>How many turns a picture may show.</summary>
    public const int MaxTurns = 60;

    /// <summary>How many tasks of each sort a picture may show.</summary>
    public const int MaxTasks = 60;

    // What is no turn and no wait: the borders, the counts, the ready queue.
    private const int FixedLines = 10;
    private const int FewestLines = 3;

    /// <summary>Draws it.</summary>
    /// <param name="line">The counts.</param>
    /// <param name="picture">The rest.</param>
    /// <param name="width">The columns of the terminal.</param>
    /// <param name="height">Its lines.</param>
    public static IRenderable Draw(LoopLine line, LoopPicture picture, int width, int height)
    {
        // A border and a space on each side of both boxes.
        var inner = Math.Max(20, width - 8);
        // One is left to the cursor.
        var lines = Math.Max(2 * FewestLines, height - 1 - FixedLines);
        var waits = Waits(picture, inner, lines / 2);
        var turns = Turns(picture, inner, lines - Math.Max(waits.Count, FewestLines));
        return Box($"Event Loop {line.ShortName}", width - 4, BoxBorder.Double, [
            new Text(Fit(Counts(line, picture), inner + 2)),
            Box($"Ready queue: {Number(picture.ReadyCount)}", inner, BoxBorder.Rounded, [new Text(Ready(picture, inner), new Style(Color.Green))]),
            Box("Turns: run until await, then switch to the next", inner, BoxBorder.Rounded, turns),
            Box($"Timers: {Number(picture.TimerCount)}, waiting tasks: {Number(picture.WaitingCount)}", inner, BoxBorder.Rounded, waits),
        ]);
    }

    private static Panel Box(string title, int width, BoxBorder border, IReadOnlyList<IRenderable> lines) => new(new Rows(lines))
    {
        Header = new PanelHeader(Markup.Escape(Fit(title, width - 2))),
        Border = border,
        Expand = true,
    };

    private static string Counts(LoopLine line, LoopPicture picture) => string.Create(
        CultureInfo.InvariantCulture,
        $"{picture.At.ToUniversalTime():HH:mm:ss} live {line.Live:N0}, pending {line.Pending:N0}, {line.PerSecond:N0} new/s, lag {line.LagMs:0.0} ms, {picture.Turns.Last - picture.Turns.Before:N0} turns seen{(line.IsLeaving ? ", leaving" : "")}");

    private static string Ready(LoopPicture picture, int width)
    {
        if (picture.Ready.IsEmpty) return "[]";
        var shown = picture.Ready.Length;
        string text;
        do text = $"[{string.Join(", ", picture.Ready.Take(shown).Select(task => task.Name))}{(shown < picture.ReadyCount ? ", …" : "")}]";
        while (text.Length > width && --shown > 0);
        return Fit(text, width);
    }

    private static List<IRenderable> Turns(LoopPicture picture, int width, int count)
    {
        var turns = picture.Turns.Turns;
        if (turns.IsEmpty)
        {
            var untraced = picture.Turns.Untraced > 0 ? $"; {Number(picture.Turns.Untraced)} tasks began before and are not traced" : "";
            return [new Text(Fit($"none yet{untraced}", width), new Style(decoration: Decoration.Dim))];
        }
        var name = Math.Clamp(turns.Max(turn => Title(turn.Name, turn.Coroutine).Length), 4, width / 3);
        return
        [
            .. turns.TakeLast(count).Select(turn => Line(
                turn == turns[^1] ? ">" : " ",
                $"{turn.At.ToUniversalTime():HH:mm:ss.fff} {TurnLine.Ran(turn.Elapsed.TotalMilliseconds),11} {Id(turn.Task, width)}{Column(Title(turn.Name, turn.Coroutine), name)} {turn.Describe()}",
                width, turn == turns[^1] ? new Style(Color.Yellow) : Style.Plain)),
        ];
    }

    /// <summary>What is due first, and then what waits for something else than time.</summary>
    private static List<IRenderable> Waits(LoopPicture picture, int width, int count)
    {
        var others = picture.Waiting.Where(task => !task.Waits.Any(wait => wait.Kind == AwaitKind.Sleep)).ToArray();
        var timers = picture.Timers.Take(Math.Max(count - others.Length, (count + 1) / 2)).ToArray();
        others = [.. others.Take(count - timers.Length)];
        if (timers.Length + others.Length == 0) return [new Text("none", new Style(decoration: Decoration.Dim))];
        var name = Math.Clamp(timers.Select(timer => timer.Name).Concat(others.Select(task => Title(task.Name, task.Coroutine))).Max(text => text.Length), 4, width / 3);
        return
        [
            .. timers.Select(timer => Line(" ", $"{Id(timer.Task, width)}{Column(timer.Name, name)} {ClusterCallGraph.Verb(timer.Kind)}, due {(timer.Left > TimeSpan.Zero ? $"in {ClusterCallGraph.Age(timer.Left)}" : "now")}", width, new Style(Color.Aqua))),
            .. others.Select(task => Line(" ", $"{Id(task.Id, width)}{Column(Title(task.Name, task.Coroutine), name)} {(task.Waits.IsEmpty ? "what the loop does not know of" : string.Join(" and ", task.Waits))}", width, Style.Plain)),
        ];
    }

    private static Text Line(string mark, string text, int width, Style style) => new(Fit($"{mark} {text}", width), style);

    private static string Title(string name, string coroutine) => $"{name} ({coroutine})";

    // Names are what one looks for, and ids are long.
    private static string Id(string id, int width) => width < 110 ? "" : $"{Column(id, 24)} ";

    private static string Column(string text, int width) => Fit(text, width).PadRight(width);

    /// <summary>Cuts a text to a width: a line of a picture is never broken, whatever a task is called.</summary>
    private static string Fit(string text, int width)
    {
        var line = string.Concat(text.Select(each => char.IsControl(each) ? ' ' : each));
        return line.Length <= width ? line : $"{line[..(width - 1)]}…";
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
