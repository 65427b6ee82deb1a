using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>Asks the loops again and again, and tells how many tasks each takes per second.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="onSilent">Is told of loops that did not answer.</param>
internal sealed class LoopSnapshots(IClusterLoop loop, Action<SilentLoop> onSilent)
{
    private Dictionary<string, ClusterLoopInfo> _before = [];
    private long _asked;

    /// <summary>Asks now.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<LoopLine>> TakeAsync(CancellationToken cancellationToken)
    {
        var loops = await loop.GetLoopsAsync(onSilent, cancellationToken);
        var now = loop.Time.GetTimestamp();
        var seconds = loop.Time.GetElapsedTime(_asked, now).TotalSeconds;
        // The first time there is nothing to compare with; a loop that is new since then began at 0.
        var lines = loops.Select(info => LoopLine.Of(info, _asked == 0 ? 0 : (info.Admitted - (_before.GetValueOrDefault(info.Loop)?.Admitted ?? 0)) / seconds)).ToArray();
        (_before, _asked) = (loops.ToDictionary(info => info.Loop), now);
        return lines;
    }
}
