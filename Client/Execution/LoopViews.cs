using OrleansAsync.Commands;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks.Introspection;

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

    /// <summary>Shows one again and again.</summary>
    /// <param name="id">Its id, or its short name.</param>
    /// <param name="interval">The time between.</param>
    /// <param name="count">How often; <see langword="null"/> is no end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramException">There is no such loop, or no more.</exception>
    public async Task<int> WatchAsync(string id, TimeSpan interval, int? count, CancellationToken cancellationToken)
    {
        var snapshots = new LoopSnapshots(loop, Warn);
        using var timer = new PeriodicTimer(interval, loop.Time);
        for (var shown = 0; ;)
        {
            var loops = await snapshots.TakeAsync(cancellationToken);
            var line = loops.FirstOrDefault(line => line.Loop == id || line.ShortName == id) ?? throw ProgramException.Failure(
                $"there is {(shown == 0 ? "no" : "no more a")} loop {id} that answers; see oa loop list");
            if (shown == 0 && !output.IsJson) output.Result(LoopLine.Header, header => header);
            Show(line);
            if (++shown == count) return ExitCodes.Done;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private void Show(LoopLine line) => output.Result(line, shown => shown.ToString());

    private void Warn(SilentLoop silent)
    {
        _isIncomplete = true;
        output.Say($"oa: {silent}");
    }
}
