using System.Globalization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;
using Spectre.Console;

namespace OrleansAsync.Scenarios;

/// <summary>
/// Draws the tasks of a run: a row each, with a bar from its start to its end on the axis that all share. No row is wider than it may be. States differ by
/// their signs and words as well as by their colours.
/// </summary>
internal static class TimelineDrawing
{
    private const int Gap = 1;
    private const int Wide = 100;

    /// <summary>Draws them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="width">How wide a row may be, in columns.</param>
    /// <param name="maxRows">How many rows there may be, with the heading; the tasks beyond are counted in the last.</param>
    /// <returns>The rows, as Spectre's markup.</returns>
    public static IReadOnlyList<string> Draw(TimelineSnapshot run, int width, int maxRows)
    {
        var tasks = run.Tasks;
        var shown = tasks.Count + 1 <= maxRows ? tasks.Count : Math.Max(0, maxRows - 2);
        var rows = tasks.Take(shown).Select(task => Row.Of(task, tasks)).ToArray();
        var columns = Columns.For(rows, width);
        List<string> drawn = [Heading(columns, run.Span), .. rows.Select(row => Line(row, columns, run))];
        if (shown < tasks.Count) drawn.Add($"[grey]{Markup.Escape(Cut(Folded(tasks.Skip(shown)), width))}[/]");
        return drawn;
    }

    /// <summary>Cuts a text to a width, which the sign of that shows.</summary>
    /// <param name="text">The text; of several lines, the first.</param>
    /// <param name="width">How many columns it may take.</param>
    public static string Cut(string text, int width)
    {
        var line = text.ReplaceLineEndings("\n").Split('\n')[0];
        if (line.Length == text.Length && line.Length <= width) return line;
        return width < 1 ? "" : $"{line[..Math.Min(line.Length, width - 1)]}…";
    }

    private static string Heading(Columns columns, TimeSpan span)
    {
        var end = Seconds(span);
        var axis = "0 s".PadRight(columns.Bar);
        if (columns.Bar >= end.Length + 4) axis = axis[..^end.Length] + end;
        var middle = Seconds(span / 2);
        if (columns.Bar >= 30) axis = axis.Remove((columns.Bar - middle.Length) / 2, middle.Length).Insert((columns.Bar - middle.Length) / 2, middle);
        return $"[bold]{Markup.Escape(Text(columns, "TASK", "COROUTINE", "SILO/LOOP") + axis[..Math.Max(0, columns.Bar)] + End(columns, "STATE", "TOOK"))}[/]";
    }

    private static string Line(Row row, Columns columns, TimelineSnapshot run)
    {
        var (state, color) = row.State;
        var took = row.Task.Started is { } started ? Seconds((row.Task.Ended ?? run.Now) - started) : "";
        return $"{Markup.Escape(Text(columns, row.Name, row.Coroutine, row.Silo))}{Bar(row, columns.Bar, run)}[{color}]{Markup.Escape(End(columns, state, took))}[/]";
    }

    /// <summary>Dots while its loop had not come to it, then a block for each part of the axis it took; the sign at the end says how it ended unless well.</summary>
    private static string Bar(Row row, int width, TimelineSnapshot run)
    {
        var task = row.Task;
        var (_, color) = row.State;
        var end = Column(task.Ended ?? run.Now);
        var first = Math.Min(Column(task.Started ?? task.Ended ?? run.Now), width - 1);
        var taken = Math.Min(Column(task.Taken), first);
        // Whatever was shorter than a column is seen, too.
        var length = Math.Max(1, Math.Min(end, width) - first);
        var block = new string(task.Ended is null ? '▒' : '█', length);
        if (row.Sign is { } sign) block = block[..^1] + sign;
        return $"{new string(' ', taken)}[grey]{new string('·', first - taken)}[/][{color}]{block}[/]{new string(' ', Math.Max(0, width - first - length))}";

        int Column(TimeSpan at) => (int)Math.Clamp(Math.Round(at / run.Span * width), 0, width);
    }

    private static string Text(Columns columns, string name, string coroutine, string silo) =>
        Cell(name, columns.Name) + Cell(coroutine, columns.Coroutine) + Cell(silo, columns.Silo);

    private static string End(Columns columns, string state, string took) =>
        $" {state.PadRight(Columns.State)}{(columns.Took > 0 ? took.PadLeft(columns.Took) : "")}";

    private static string Cell(string text, int width) => width == 0 ? "" : Cut(text, width).PadRight(width + Gap);

    private static string Folded(IEnumerable<ScenarioTask> tasks)
    {
        var states = tasks.Select(task => Row.Of(task, []).State.Text).ToArray();
        var counts = states.CountBy(state => state).OrderByDescending(state => state.Value).Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Value:N0} {state.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"+ {states.Length:N0} more task{(states.Length == 1 ? "" : "s")}: {string.Join(", ", counts)}");
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds switch
    {
        >= 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        >= 0.1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms"),
    };

    /// <summary>How wide each column is.</summary>
    private readonly record struct Columns(int Name, int Coroutine, int Silo, int Bar, int Took)
    {
        // "cancelled"
        public const int State = 9;

        public static Columns For(IReadOnlyList<Row> rows, int width)
        {
            var isWide = width >= Wide;
            var name = Widest(rows, row => row.Name, "  Task-1", isWide ? 28 : 14);
            var coroutine = width < 50 ? 0 : Widest(rows, row => row.Coroutine, "COROUTINE", isWide ? 28 : 16);
            var silo = width < 60 ? 0 : Widest(rows, row => row.Silo, "SILO/LOOP", isWide ? 24 : 12);
            var took = isWide ? 10 : 0;
            var text = new[] { name, coroutine, silo }.Sum(column => column == 0 ? 0 : column + Gap);
            return new(name, coroutine, silo, Math.Max(1, width - text - 1 - State - took), took);
        }

        private static int Widest(IReadOnlyList<Row> rows, Func<Row, string> text, string heading, int most) =>
            Math.Min(most, rows.Select(row => text(row).Length).Append(heading.Length).Max());
    }

    /// <summary>What the row of a task says.</summary>
    private readonly record struct Row(ScenarioTask Task, string Name, string Coroutine, string Silo)
    {
        public (string Text, string Color) State => Task.Outcome switch
        {
            null => Task.Started is null ? ("pending", "grey") : ("running", "yellow"),
            OutcomeKind.Succeeded => ("done", "green"),
            OutcomeKind.Failed => ("failed", "red"),
            _ => ("cancelled", "fuchsia"),
        };

        public char? Sign => Task.Outcome switch
        {
            OutcomeKind.Failed => '!',
            OutcomeKind.Canceled => '×',
            _ => null,
        };

        /// <param name="task">The task.</param>
        /// <param name="all">All of its run: a parent's name is left of its children's, and what is common to all addresses is left out.</param>
        public static Row Of(ScenarioTask task, IReadOnlyList<ScenarioTask> all)
        {
            var depth = all.Count == 0 ? 0 : Depth(task) - all.Min(Depth);
            var attempt = task.Attempt == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (attempt {task.Attempt + 1})");
            return new(task, new string(' ', 2 * depth) + task.Name + attempt, ShortCoroutine(task.Coroutine), ShortSilo(task.Loop, all));
        }

        private static int Depth(ScenarioTask task) => task.Task.Count(character => character == '.');

        // oa.scenario.06.fetch is fetch.
        private static string ShortCoroutine(string name) => name.StartsWith("oa.scenario.", StringComparison.Ordinal) ? name.Split('.', 4)[^1] : name;

        // The host says nothing where all are on one.
        private static string ShortSilo(string loop, IReadOnlyList<ScenarioTask> all)
        {
            var silo = ClusterCallGraph.ShortLoop(loop, EventLoopKey.Endpoint(loop));
            var colon = silo.LastIndexOf(':');
            return colon > 0 && all.All(other => other.Loop.StartsWith(silo[..(colon + 1)], StringComparison.Ordinal)) ? silo[colon..] : silo;
        }
    }
}
