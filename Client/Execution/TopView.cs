using System.Globalization;
using OrleansAsync.Commands;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansAsync.Execution;

/// <summary>Shows what a cluster is busy with, again and again: a live view on a terminal, else a line each time.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="output">Where to show it.</param>
internal sealed class TopView(IClusterLoop loop, Output output)
{
    private const int Oldest = 15;

    private readonly List<SilentLoop> _silent = [];

    /// <summary>Shows it.</summary>
    /// <param name="interval">The time between two snapshots.</param>
    /// <param name="count">How many; <see langword="null"/> is no end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(TimeSpan interval, int? count, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (!output.IsJson && !Console.IsOutputRedirected && console.Profile.Capabilities is { Interactive: true, Ansi: true })
        {
            await console.Live(new Markup("asking …")).StartAsync(live => RepeatAsync(interval, count, snapshot => live.UpdateTarget(Draw(snapshot)), cancellationToken));
        }
        else
        {
            await RepeatAsync(interval, count, snapshot => output.Result(snapshot, shown => shown.ToString()), cancellationToken);
        }
        return ExitCodes.Done;
    }

    /// <summary>The live form.</summary>
    /// <param name="snapshot">What to show.</param>
    internal static IRenderable Draw(TopSnapshot snapshot)
    {
        var loops = new Table().Border(TableBorder.Simple).AddColumn("loop");
        foreach (var name in new[] { "live", "pending", "per s", "lag" }) loops.AddColumn(new TableColumn(name).RightAligned());
        foreach (var line in snapshot.LoopLines) loops.AddRow(Markup.Escape(line.ShortName), Number(line.Live), Number(line.Pending), Number(line.PerSecond), Number(line.LagMs) + " ms");
        var tasks = new Table().Border(TableBorder.Simple);
        foreach (var name in new[] { "oldest task", "state", "age", "loop", "coroutine", "name" }) tasks.AddColumn(name);
        foreach (var task in snapshot.Tasks)
        {
            tasks.AddRow(
                Markup.Escape(task.Id), task.State.ToString().ToLowerInvariant(), ClusterCallGraph.Age(TimeSpan.FromMilliseconds(task.AgeMs)),
                Markup.Escape(ClusterCallGraph.ShortLoop(task.Loop, task.Silo)), Markup.Escape(task.Coroutine), Markup.Escape(task.Name));
        }
        return new Rows(new Text(snapshot.ToString()), loops, tasks, new Text(string.Join('\n', snapshot.Silent)));
    }

    private async Task RepeatAsync(TimeSpan interval, int? count, Action<TopSnapshot> show, CancellationToken cancellationToken)
    {
        var (snapshots, tasks) = (new LoopSnapshots(loop, _silent.Add), new TaskList(loop, output));
        using var timer = new PeriodicTimer(interval, loop.Time);
        for (var shown = 0; ;)
        {
            _silent.Clear();
            var loops = await snapshots.TakeAsync(cancellationToken);
            // Who does not answer was told of by the loops.
            var (oldest, _) = await tasks.FindOldestAsync(Oldest, static _ => { }, cancellationToken);
            show(new TopSnapshot(
                loop.Time.GetUtcNow(), loops.Select(line => line.Silo).Distinct().Count(), loops.Count, loops.Sum(line => (long)line.Live), loops.Sum(line => (long)line.Pending),
                Math.Round(loops.Sum(line => line.PerSecond), 1), loops.Count == 0 ? 0 : loops.Max(line => line.LagMs), loops, [.. oldest.Select(TaskLine.Of)], [.. _silent.Select(silent => silent.ToString())]));
            if (++shown == count) return;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string Number(double number) => number.ToString(number < 100 ? "0.#" : "N0", CultureInfo.InvariantCulture);
}

/// <summary>What <c>oa top</c> shows.</summary>
internal sealed record TopSnapshot(
    DateTimeOffset At, int Silos, int Loops, long Live, long Pending, double PerSecond, double MaxLagMs, IReadOnlyList<LoopLine> LoopLines, IReadOnlyList<TaskLine> Tasks, IReadOnlyList<string> Silent)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At:HH:mm:ss} {Silos} silos, {Loops} loops: {Live:N0} tasks, {Pending:N0} of them pending; {PerSecond:N0} new/s; lag {MaxLagMs:0.0} ms at most{(Silent.Count > 0 ? $"; {Silent.Count} silos do not answer" : "")}");
}
