using System.Globalization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Scenarios;
using Spectre.Console;

namespace OrleansAsync.Tests.Unit.Scenarios;

/// <summary>The rows of a timeline as a terminal shows them.</summary>
public sealed class TimelineDrawingTests
{
    private static readonly ScenarioTask Main = Ended("c1.1.1", "main", 0, 0, 1000);

    private static readonly ScenarioTask[] Gathered =
        [Main, Ended("c1.1.1.1", "fetch", 0, 0, 1000, loop: 1), Ended("c1.1.1.2", "fetch", 0, 0, 1000, loop: 2), Ended("c1.1.1.3", "fetch", 0, 0, 1000, silo: 5002)];

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Rows_align_and_none_is_wider_than_it_may_be(int width)
    {
        var rows = Draw(Gathered, width);
        Assert.Equal(5, rows.Count);
        Assert.All(rows, row => Assert.Equal(width, row.Length));
        // All bars begin below the axis' zero, and all states below their heading.
        var axis = rows[0].IndexOf("0 s", StringComparison.Ordinal);
        var state = rows[0].IndexOf("STATE", StringComparison.Ordinal);
        Assert.All(rows.Skip(1), row => Assert.Equal((axis, state), (row.IndexOf('█', StringComparison.Ordinal), row.IndexOf("done", StringComparison.Ordinal))));
        // What took as long as the axis reaches from one to the other.
        Assert.All(rows.Skip(1), row => Assert.Equal(state - 1 - axis, row.Count(sign => sign == '█')));
        Assert.Matches("^TASK +COROUTINE +SILO/LOOP +0 s +0.50 s +1.00 s STATE", rows[0]);
        Assert.Equal(width >= 100, rows[1].TrimEnd().EndsWith("1.00 s", StringComparison.Ordinal));
    }

    [Fact]
    public void A_parent_stands_left_of_its_children_and_the_host_only_where_there_are_several()
    {
        var rows = Draw(Gathered, 80);
        Assert.StartsWith("Task-1   main      :5001/0   █", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("  Task-3 fetch     :5002/0   █", rows[4], StringComparison.Ordinal);
        var elsewhere = Draw([.. Gathered, Ended("c1.1.1.4", "fetch", 0, 0, 1000) with { Loop = "10.0.0.2:5001@9/0" }], 200);
        Assert.Contains(" 127.0.0.1:5001/0 ", elsewhere[1], StringComparison.Ordinal);
        Assert.Contains(" 10.0.0.2:5001/0 ", elsewhere[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_that_run_one_after_the_other_do_not_overlap()
    {
        var rows = Draw([Ended("c1.1.1", "first", 0, 0, 500), Ended("c1.1.2", "second", 500, 500, 1000)], 80);
        Assert.Equal(rows[1].LastIndexOf('█') + 1, rows[2].IndexOf('█', StringComparison.Ordinal));
    }

    [Fact]
    public void States_differ_without_colour()
    {
        var rows = Draw(
            [
                Ended("c1.1.1", "good", 0, 0, 500), Ended("c1.1.2", "bad", 0, 0, 500) with { Outcome = OutcomeKind.Failed }, Ended("c1.1.3", "stopped", 0, 0, 500) with { Outcome = OutcomeKind.Canceled },
                Ended("c1.1.4", "never", 0, 0, 500) with { Started = null, Outcome = OutcomeKind.Canceled }, Ended("c1.1.5", "going", 250, 500, 0) with { Ended = null, Outcome = null },
            ],
            80, now: 750);
        var (half, bar) = (rows[1].Count(sign => sign == '█'), rows[0].IndexOf("0 s", StringComparison.Ordinal));
        Assert.Matches($"^█{{{half}}} +done *$", rows[1][bar..]);
        Assert.Contains($" {new string('█', half - 1)}! ", rows[2], StringComparison.Ordinal);
        Assert.EndsWith(" failed", rows[2].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains($" {new string('█', half - 1)}× ", rows[3], StringComparison.Ordinal);
        Assert.EndsWith(" cancelled", rows[3].TrimEnd(), StringComparison.Ordinal);
        // It only waited for its loop.
        Assert.Contains($" {new string('·', half)}× ", rows[4], StringComparison.Ordinal);
        // It runs, since the half of the axis, up to now.
        Assert.Matches("^ +·+▒+ +running", rows[5][(bar - 1)..]);
        Assert.Equal(rows[1].LastIndexOf('█') + 1, rows[5].IndexOf('▒', StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', string.Concat(rows));
    }

    [Fact]
    public void States_have_colours_where_there_are_any()
    {
        var rows = Draw([Ended("c1.1.1", "good", 0, 0, 500), Ended("c1.1.2", "bad", 0, 0, 500) with { Outcome = OutcomeKind.Failed }], 80, colors: ColorSystemSupport.Standard);
        Assert.Contains("\u001b[32m█", rows[1], StringComparison.Ordinal);
        Assert.Contains("\u001b[91m█", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_shortest_task_is_seen_and_the_latest_too()
    {
        var rows = Draw([Ended("c1.1.1", "long", 0, 0, 10_000), Ended("c1.1.2", "short", 0, 0, 0), Ended("c1.1.3", "late", 10_000, 10_000, 10_000)], 80);
        Assert.Equal([1, 1], rows.Skip(2).Select(row => row.Count(sign => sign == '█')));
        Assert.Equal(rows[1].LastIndexOf('█'), rows[3].LastIndexOf('█'));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void Long_names_are_cut(int width)
    {
        var rows = Draw([Ended("c1.1.1", new string('c', 300), 0, 0, 10) with { Name = new string('n', 300), Loop = $"{new string('h', 300)}:1@2/0" }, Main], width);
        Assert.Equal(width, rows[1].Length);
        Assert.Equal(3, rows[1].Count(sign => sign == '…'));
    }

    [Fact]
    public void More_tasks_than_rows_are_counted()
    {
        ScenarioTask[] tasks = [Main, .. Enumerable.Range(1, 100).Select(i => Ended($"c1.1.1.{i}", "io-task", 0, 0, 100 + i) with { Outcome = i > 90 ? null : OutcomeKind.Succeeded })];
        var rows = Draw(tasks, 80, maxRows: 12);
        Assert.Equal(12, rows.Count);
        Assert.Equal("+ 91 more tasks: 81 done, 10 running", rows[^1]);
        Assert.Equal(102, Draw(tasks, 80, maxRows: 102).Count);
    }

    [Fact]
    public void Markup_in_names_is_text() => Assert.Contains("[red]x[/]", Draw([Main with { Name = "[red]x[/]" }], 80)[1], StringComparison.Ordinal);

    [Theory]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    [InlineData(40, 12)]
    public void The_live_view_fits_with_the_last_lines_and_the_hint(int width, int height)
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"line {i} {new string('x', 300)}").ToArray();
        ScenarioTask[] tasks = [.. Enumerable.Range(1, 100).Select(i => Ended($"c1.1.{i}", "io-task", 0, 0, 100))];
        var rows = Shown(TimelineView.DrawLive(new(tasks, lines, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)), width, height, "Esc: cancel"), width, ColorSystemSupport.NoColors);
        Assert.InRange(rows.Count, 8, height - 1);
        Assert.All(rows, row => Assert.InRange(row.Length, 0, width - 1));
        Assert.StartsWith("line 30 x", rows[^2], StringComparison.Ordinal);
        Assert.EndsWith("x…", rows[^2], StringComparison.Ordinal);
        Assert.Equal("Esc: cancel", rows[^1]);
        Assert.Contains(rows, row => row.StartsWith("+ ", StringComparison.Ordinal));
    }

    private static ScenarioTask Ended(string id, string coroutine, int taken, int started, int ended, int silo = 5001, int loop = 0) => new(
        id, 0, $"Task-{id.Split('.')[^1]}", $"oa.scenario.06.{coroutine}", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{silo}@7/{loop}"),
        TimeSpan.FromMilliseconds(taken), TimeSpan.FromMilliseconds(started), TimeSpan.FromMilliseconds(ended), OutcomeKind.Succeeded);

    private static List<string> Draw(ScenarioTask[] tasks, int width, int maxRows = 100, int now = 1000, ColorSystemSupport colors = ColorSystemSupport.NoColors)
    {
        var end = tasks.Max(task => task.Ended ?? TimeSpan.Zero);
        var span = tasks.All(task => task.Ended is not null && task.Outcome is not null) && end > TimeSpan.FromMilliseconds(900) ? end : TimeSpan.FromSeconds(1);
        return Shown(new Rows(TimelineDrawing.Draw(new(tasks, [], TimeSpan.FromMilliseconds(now), span), width, maxRows).Select(row => new Markup(row))), width, colors);
    }

    private static List<string> Shown(Spectre.Console.Rendering.IRenderable drawing, int width, ColorSystemSupport colors)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = colors == ColorSystemSupport.NoColors ? AnsiSupport.No : AnsiSupport.Yes, ColorSystem = colors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(drawing);
        return [.. text.ToString().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')];
    }
}
