using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;
using Spectre.Console;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>The picture of a loop, as a terminal shows it.</summary>
public sealed class LoopPictureViewTests
{
    private const string Loop = "10.0.0.1:11111@7/0";

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    [InlineData(40, 12)]
    public void Every_line_fits_whatever_tasks_are_called_and_however_many_there_are(int width, int height)
    {
        var lines = Draw(Busy(tasks: 60), width, height);
        Assert.All(lines, line => Assert.Equal(width, line.Length));
        Assert.True(lines.Length < Math.Max(height, 18), $"{lines.Length} lines");
        // Every border is closed where it was opened.
        Assert.StartsWith("╔", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..^1], line => Assert.Equal(('║', '║'), (line[0], line[^1])));
        Assert.EndsWith("╝", lines[^1], StringComparison.Ordinal);
        Assert.All(lines[2..^1], line => Assert.Contains(line[2], "╭│╰"));
    }

    [Fact]
    public void A_picture_of_80_columns_shows_who_is_ready_what_ran_and_what_is_waited_for()
    {
        var text = string.Join('\n', Draw(Small(), 80, 24));
        Assert.Equal(
            """
            ╔═Event Loop 10.0.0.1:11111/0══════════════════════════════════════════════════╗
            ║ 03:04:05 live 4, pending 1, 12 new/s, lag 0.3 ms, 2 turns seen               ║
            ║ ╭─Ready queue: 2───────────────────────────────────────────────────────────╮ ║
            ║ │ [task_a, task_b]                                                         │ ║
            ║ ╰──────────────────────────────────────────────────────────────────────────╯ ║
            ║ ╭─Turns: run until await, then switch to the next──────────────────────────╮ ║
            ║ │   03:04:04.000    0.020 ms task_c (oa.c) awaits sleep 1.0 s              │ ║
            ║ │ > 03:04:04.500    1.500 ms task_d (oa.d) done                            │ ║
            ║ ╰──────────────────────────────────────────────────────────────────────────╯ ║
            ║ ╭─Timers: 1, waiting tasks: 2──────────────────────────────────────────────╮ ║
            ║ │   task_c        sleep, due in 500 ms                                     │ ║
            ║ │   task_e (oa.e) queue 'jobs'                                             │ ║
            ║ ╰──────────────────────────────────────────────────────────────────────────╯ ║
            ╚══════════════════════════════════════════════════════════════════════════════╝
            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void An_idle_loop_says_so()
    {
        var text = string.Join('\n', Draw(Small() with { Ready = [], ReadyCount = 0, Waiting = [], WaitingCount = 0, Timers = [], TimerCount = 0, Turns = new([], 7, false, 0, 7, 3) }, 80, 24));
        Assert.Contains("│ []  ", text, StringComparison.Ordinal);
        Assert.Contains("│ none yet; 3 tasks began before and are not traced  ", text, StringComparison.Ordinal);
        Assert.Contains("│ none  ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_come_only_where_the_terminal_has_them()
    {
        Assert.DoesNotContain('\u001b', string.Join('\n', Draw(Small(), 80, 24)));
        Assert.Contains('\u001b', string.Join('\n', Draw(Small(), 80, 24, ColorSystemSupport.Standard)));
    }

    [Fact]
    public void Turns_of_several_loops_are_merged_by_time_and_each_loops_stay_in_their_order()
    {
        var (one, two) = (Info() with { Loop = "10.0.0.1:11111@7/0" }, Info() with { Loop = "10.0.0.1:11111@7/1" });
        TurnLine Line(ClusterLoopInfo loop, long number, int milliseconds) => TurnLine.Of(Turn(number, Now.AddMilliseconds(milliseconds), "a", LoopTurnEnd.Done), loop);
        var merged = TurnViews.Merge([Line(two, 8, 5), Line(two, 9, 20), Line(one, 1, 5), Line(one, 2, 5), Line(one, 3, 10)]);
        Assert.Equal([(one.Loop, 1), (one.Loop, 2), (two.Loop, 8), (one.Loop, 3), (two.Loop, 9)], merged.Select(line => (line.Loop, line.Number)));
    }

    [Fact]
    public void A_turn_is_one_aligned_line()
    {
        var line = TurnLine.Of(Turn(17, Now, "task_a", LoopTurnEnd.Awaits, new LoopWait(AwaitKind.Sleep, null, [], 0, TimeSpan.FromSeconds(1))), Info()).ToString();
        Assert.Equal("      17  03:04:05.000000      0.020 ms  10.0.0.1:11111/0    c4a1.1                    task_a (oa.a)                 awaits sleep 1.0 s", line);
        Assert.Equal(line.IndexOf("awaits", StringComparison.Ordinal), TurnLine.Header.IndexOf("THEN", StringComparison.Ordinal));
    }

    private static string[] Draw(LoopPicture picture, int width, int height, ColorSystemSupport colors = ColorSystemSupport.NoColors)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colors == ColorSystemSupport.NoColors ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = colors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, true);
        console.Write(LoopPictureView.Draw(LoopLine.Of(picture.Info, 12), picture, width, height));
        return writer.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
    }

    private static LoopPicture Small() => new(
        Info(), Now,
        [new("c1.1", "task_a", "oa.a", true, []), new("c1.2", "task_b", "oa.b", false, [])], 2,
        [new("c1.3", "task_c", "oa.c", false, [Sleep(1)]), new("c1.5", "task_e", "oa.e", false, [new(AwaitKind.Primitive, "queue 'jobs'", [], 0, null)])], 2,
        [new("c1.3", "task_c", AwaitKind.Sleep, TimeSpan.FromSeconds(0.5))], 1,
        new([Turn(1, Now.AddSeconds(-1), "task_c", LoopTurnEnd.Awaits, Sleep(1)), Turn(2, Now.AddSeconds(-0.5), "task_d", LoopTurnEnd.Done) with { Elapsed = TimeSpan.FromMilliseconds(1.5) }], 2, false, 0, 0, 0));

    private static LoopPicture Busy(int tasks)
    {
        var names = Enumerable.Range(1, tasks).Select(number => $"a task with a rather long name,\nthe {number}th [of many]").ToArray();
        LoopTask[] waiting = [.. names.Select((name, at) => new LoopTask($"c1.{at}", name, "a.coroutine.with.a.long.alias", false, at % 2 == 0 ? [Sleep(at)] : []))];
        return new(
            Info(), Now, [.. waiting], 1_000_000, [.. waiting], 1_000_000, [.. names.Select((name, at) => new LoopTimer($"c1.{at}", name, AwaitKind.Sleep, TimeSpan.FromHours(at)))], 1_000_000,
            new([.. names.Select((name, at) => Turn(at, Now, name, LoopTurnEnd.Interrupted))], 1_000_000, true, 0, 0, 9));
    }

    private static ClusterLoopInfo Info() => new(Loop, "10.0.0.1:11111", 4, 1, 100, TimeSpan.FromMilliseconds(0.3), false);

    private static LoopWait Sleep(int seconds) => new(AwaitKind.Sleep, null, [], 0, TimeSpan.FromSeconds(seconds));

    private static LoopTurn Turn(long number, DateTimeOffset at, string name, LoopTurnEnd end, params LoopWait[] awaits) =>
        new(number, at, TimeSpan.FromMilliseconds(0.02), "c4a1.1", name, $"oa.{name[^1]}", end, [.. awaits]);
}
