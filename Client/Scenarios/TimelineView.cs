using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansAsync.Scenarios;

/// <summary>Runs a scenario and shows its tasks: live on a terminal, else when it has ended.</summary>
/// <param name="runner">Runs it.</param>
/// <param name="time">The clock.</param>
/// <param name="timeScale">By how much delays are longer than in the snippets.</param>
internal sealed class TimelineView(ScenarioRunner runner, TimeProvider time, double timeScale)
{
    private const int MaxLines = 8;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it with a live view, in whose place the finished one stays, with all lines below.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="console">The terminal.</param>
    /// <param name="above">How many rows above it should stay in sight.</param>
    /// <param name="hint">A last row while it runs; null for none.</param>
    /// <param name="cancellationToken">Cancels its tasks, and waits for their cleanup, which is seen.</param>
    public async Task<ScenarioResult> RunLiveAsync(Scenario scenario, IAnsiConsole console, int above, string? hint, CancellationToken cancellationToken)
    {
        var timeline = New(scenario);
        try
        {
            var run = runner.RunAsync(scenario, timeline.Add, timeline.Add, cancellationToken);
            await console.Live(new Text("starting …")).AutoClear(true).StartAsync(async live =>
            {
                using var timer = new PeriodicTimer(Period, time);
                while (!run.IsCompleted)
                {
                    live.UpdateTarget(DrawLive(timeline.Take(), console.Profile.Width, console.Profile.Height - above, hint));
                    await Task.WhenAny(run, timer.WaitForNextTickAsync(CancellationToken.None).AsTask());
                }
            });
            // Not in there: a live view that throws leaves what it drew.
            return await run;
        }
        finally
        {
            var ended = timeline.Take();
            console.Write(Render(TimelineDrawing.Draw(ended, console.Profile.Width - 1, Math.Max(8, console.Profile.Height - above - 4 - ended.Lines.Count))));
            // As they are: the terminal, not we, breaks a line that is too long.
            foreach (var line in ended.Lines) console.Profile.Out.Writer.WriteLine(line);
        }
    }

    /// <summary>Runs it and draws it once it has ended.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="onLine">Is given each line as it comes.</param>
    /// <param name="console">Where to draw.</param>
    /// <param name="cancellationToken">Cancels its tasks, and waits for their cleanup.</param>
    public async Task<ScenarioResult> RunAsync(Scenario scenario, Action<ScenarioLine> onLine, IAnsiConsole console, CancellationToken cancellationToken)
    {
        var timeline = New(scenario);
        try
        {
            return await runner.RunAsync(scenario, onLine, timeline.Add, cancellationToken);
        }
        finally
        {
            console.Write(Render(TimelineDrawing.Draw(timeline.Take(), console.Profile.Width - 1, int.MaxValue)));
        }
    }

    /// <summary>Draws a run that goes on: its tasks, and below them the last lines they printed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="width">The width of the terminal.</param>
    /// <param name="height">How many rows it may take.</param>
    /// <param name="hint">The last row; null for none.</param>
    internal static IRenderable DrawLive(TimelineSnapshot run, int width, int height, string? hint)
    {
        // The cursor needs the last row, and a full last column makes some terminals go on in the next row.
        var (room, columns) = (Math.Max(8, height - 1) - (hint is null ? 0 : 1), width - 1);
        var lines = run.Lines.Skip(run.Lines.Count - Math.Min(MaxLines, room / 3)).Select(line => Markup.Escape(TimelineDrawing.Cut(line, columns))).ToArray();
        var blank = lines.Length > 0 ? 1 : 0;
        List<string> rows = [.. TimelineDrawing.Draw(run, columns, room - lines.Length - blank)];
        if (blank > 0) rows.Add("");
        rows.AddRange(lines);
        if (hint is not null) rows.Add($"[grey]{Markup.Escape(TimelineDrawing.Cut(hint, columns))}[/]");
        return Render(rows);
    }

    private static Rows Render(IReadOnlyList<string> rows) => new(rows.Select(row => new Markup(row.Length == 0 ? " " : row) { Overflow = Overflow.Crop }));

    private Timeline New(Scenario scenario) => new(time, TimeSpan.FromSeconds(scenario.Duration * timeScale));
}
