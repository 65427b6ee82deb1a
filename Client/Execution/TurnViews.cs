using OrleansAsync.Commands;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>Shows the turns of loops as they run.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="output">Where to show them.</param>
internal sealed class TurnViews(IClusterLoop loop, Output output)
{
    /// <summary>For how long turns are traced after a look.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private const int MaxTurns = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // Of each loop the last turn that was read, and those that wait for turns of others which may have begun before.
    private readonly Dictionary<string, long> _last = [];
    private readonly HashSet<string> _silent = [];
    private readonly List<TurnLine> _read = [];
    private DateTimeOffset _toldUntil;
    private bool _isIncomplete;

    /// <summary>Follows the turns of one loop or of all.</summary>
    /// <param name="id">The id or short name of the loop; <see langword="null"/> for all.</param>
    /// <param name="count">How many turns; <see langword="null"/> is no end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code: 3 if turns are missing.</returns>
    /// <exception cref="Hosting.ProgramException">There is no such loop.</exception>
    public async Task<int> FollowAsync(string? id, int? count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, loop.Time);
        var hasHeader = false;
        for (var shown = 0; ;)
        {
            var (pages, hasMore) = await ReadAsync(id, cancellationToken);
            if (id is not null && pages == 0) throw LoopViews.Missing(id, isNoMore: _last.Count > 0);
            if (!hasHeader && !output.IsJson) output.Result(TurnLine.Header, header => header);
            hasHeader = true;
            foreach (var turn in Take())
            {
                output.Result(turn, line => line.ToString());
                if (++shown == count) return _isIncomplete ? ExitCodes.PartlyFailed : ExitCodes.Done;
            }
            if (!hasMore) await timer.WaitForNextTickAsync(cancellationToken);
        }

        // Until all loops have told of a moment, a turn of another may have begun before it.
        IReadOnlyList<TurnLine> Take()
        {
            var ripe = Merge(_read.Where(turn => turn.At <= _toldUntil));
            _read.RemoveAll(turn => turn.At <= _toldUntil);
            return ripe;
        }
    }

    /// <summary>Puts the turns of several loops in one order: each loop's own, and else by when they began.</summary>
    /// <param name="turns">The turns; those of each loop in their order.</param>
    internal static IReadOnlyList<TurnLine> Merge(IEnumerable<TurnLine> turns) => [.. turns.OrderBy(turn => turn.At).ThenBy(turn => turn.Loop, StringComparer.Ordinal).ThenBy(turn => turn.Number)];

    private async Task<(int Pages, bool HasMore)> ReadAsync(string? id, CancellationToken cancellationToken)
    {
        var survey = new LoopSurvey(ClusterLoop.From(loop), Warn, cancellationToken);
        var keys = (await survey.GetKeysAsync()).Where(key => id is null || key == id || ClusterCallGraph.ShortLoop(key, EventLoopKey.Endpoint(key)) == id).ToArray();
        var (pages, begun, untraced, hasMore, told) = (0, 0, 0, false, DateTimeOffset.MaxValue);
        await foreach (var (key, picture) in survey.AskAsync(keys, (key, grain) => grain.WatchAsync(Request(key))))
        {
            pages++;
            var page = picture.Turns;
            if (_last.TryGetValue(key, out var last)) Check(picture, last);
            else (begun, untraced) = (begun + 1, untraced + page.Untraced);
            _last[key] = page.Last;
            _read.AddRange(page.Turns.Select(turn => TurnLine.Of(turn, picture.Info)));
            hasMore |= page.HasMore;
            var until = page.HasMore ? page.Turns[^1].At : picture.At;
            if (until < told) told = until;
        }
        _toldUntil = told;
        if (begun > 0) output.Say(FormattableString.Invariant($"tracing {begun} loop(s){(untraced > 0 ? $"; {untraced:N0} task(s) began before and are not traced" : "")}"));
        return (pages, hasMore);
    }

    // At first only what comes from now on.
    private LoopWatch Request(string key) => _last.TryGetValue(key, out var last) ? new(Lease, last, MaxTurns, 0) : new(Lease, null, 0, 0);

    private void Check(LoopPicture picture, long last)
    {
        var name = ClusterCallGraph.ShortLoop(picture.Info.Loop, picture.Info.Silo);
        if (picture.Turns.Overwritten > 0) Lost(FormattableString.Invariant($"{picture.Turns.Overwritten:N0} turns of loop {name} were overwritten before they were read"));
        if (picture.Turns.Before > last) Lost($"the trace of loop {name} had ended, as this program did not ask in time; it begins anew");
    }

    private void Lost(string what)
    {
        _isIncomplete = true;
        output.Say($"oa: {what}");
    }

    private void Warn(SilentLoop silent)
    {
        if (_silent.Add(silent.Silo)) Lost(silent.ToString());
    }
}
