using OrleansAsync.Commands;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks.Introspection;
using Spectre.Console;

namespace OrleansAsync.Execution;

/// <summary>Shows event loops.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="output">Where to show them.</param>
internal sealed class LoopViews(IClusterLoop loop, Output output)
{
    private bool _isIncomplete;

    /// <summary>Shows all.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code: 3 if a silo did not answer.</returns>
    public async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        var loops = await new LoopSnapshots(loop, Warn).TakeAsync(cancellationToken);
        if (!output.IsJson) output.Result(LoopLine.Header, header => header);
        foreach (var line in loops) Show(line);
        return _isIncomplete ? ExitCodes.PartlyFailed : ExitCodes.Done;
    }

    /// <summary>Shows one again and again: as a live picture on a terminal, else as a line each time.</summary>
    /// <param name="id">Its id, or its short name.</param>
    /// <param name="interval">The time between.</param>
    /// <param name="count">How often; <see langword="null"/> is no end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramException">There is no such loop, or no more.</exception>
    public async Task<int> WatchAsync(string id, TimeSpan interval, int? count, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (!output.IsJson && !Console.IsOutputRedirected && console.Profile.Capabilities is { Interactive: true, Ansi: true })
        {
            await console.Live(new Text("asking …")).StartAsync(live => RepeatAsync(
                id, interval, count, true, (line, picture) => live.UpdateTarget(LoopPictureView.Draw(line, picture!, console.Profile.Width, console.Profile.Height)), cancellationToken));
        }
        else
        {
            if (!output.IsJson) output.Result(LoopLine.Header, header => header);
            await RepeatAsync(id, interval, count, output.IsJson, (line, picture) => Show(line with { Details = LoopDetails.Of(picture) }), cancellationToken);
        }
        return ExitCodes.Done;
    }

    private async Task RepeatAsync(string id, TimeSpan interval, int? count, bool hasPicture, Action<LoopLine, LoopPicture?> show, CancellationToken cancellationToken)
    {
        var snapshots = new LoopSnapshots(loop, Warn);
        // A watcher that is killed asks no more: the trace ends soon after.
        var request = new LoopWatch(interval + TurnViews.Lease, null, LoopPictureView.MaxTurns, LoopPictureView.MaxTasks);
        using var timer = new PeriodicTimer(interval, loop.Time);
        for (var shown = 0; ;)
        {
            var loops = await snapshots.TakeAsync(cancellationToken);
            var line = loops.FirstOrDefault(line => line.Loop == id || line.ShortName == id) ?? throw Missing(id, isNoMore: shown > 0);
            LoopPicture? picture = null;
            if (hasPicture)
            {
                var survey = new LoopSurvey(ClusterLoop.From(loop), Warn, cancellationToken);
                await foreach (var (_, answer) in survey.AskAsync([line.Loop], (_, grain) => grain.WatchAsync(request))) picture = answer;
                if (picture is null) throw Missing(id, isNoMore: true);
            }
            show(line, picture);
            if (++shown == count) return;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The error of a loop that is not there.</summary>
    /// <param name="id">The id that was given.</param>
    /// <param name="isNoMore">Whether it was there before.</param>
    internal static ProgramException Missing(string id, bool isNoMore) => ProgramException.Failure($"there is {(isNoMore ? "no more a" : "no")} loop {id} that answers; see oa loop list");

    private void Show(LoopLine line) => output.Result(line, shown => shown.ToString());

    private void Warn(SilentLoop silent)
    {
        _isIncomplete = true;
        output.Say($"oa: {silent}");
    }
}
