using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>
/// Turns one by one: the slow ones of debug mode, and the trace that a watcher asks for. A task is watched from its start or not at all, as its code
/// carries the watch along; without debug mode and without a trace none is, and a start pays for two looks at fields.
/// </content>
internal sealed partial class EventLoop
{
    private static readonly TimeSpan LongestTrace = TimeSpan.FromMinutes(1);

    private TurnTrace? _trace;
    private long _traceEnds;
    private long _lastTurn;
    private bool _wasTraced;
    // Live tasks whose turns are seen.
    private int _watched;

    /// <summary>Ends the trace if nobody has asked for it lately. Nothing of it is kept.</summary>
    public void EndTrace()
    {
        if (_trace is null || time.ForUpkeep().GetTimestamp() < _traceEnds) return;
        _lastTurn = _trace.Last;
        _trace = null;
    }

    private void Trace(TimeSpan lease)
    {
        _wasTraced = true;
        _trace ??= new TurnTrace(_lastTurn);
        var upkeep = time.ForUpkeep();
        // Several may watch: the longest lease counts.
        _traceEnds = Math.Max(_traceEnds, Deadline.After(upkeep, upkeep.GetTimestamp(), lease < LongestTrace ? lease : LongestTrace));
    }

    private LoopTurnPage ReadTurns(long? after, int max)
    {
        var untraced = Math.Max(0, _live - Math.Min(_ready.Count, _live) - _watched);
        return _trace?.Read(after, max, untraced) ?? new([], _lastTurn, false, 0, _lastTurn, untraced);
    }

    private TaskTurns? WatchTurns(LiveTask task, TaskContext? context)
    {
        var isDebug = children.IsDebug || context is { IsDebug: true };
        if (!isDebug && _trace is null)
        {
            // An eager task begins within a turn of its creator, which may be watched.
            if (_wasTraced) TurnWatch.Leave();
            return null;
        }
        if (isDebug)
        {
            task.CreatedAt = context?.CreatedAt;
            task.Loop!.IsDebug = true;
            CoroutineWatch.Enable(logger);
        }
        task.IsWatched = true;
        _watched++;
        var turns = new TaskTurns(this, task, isDebug);
        turns.Begin();
        return turns;
    }

    private void OnTurn(TaskTurns turns, TimeSpan elapsed, bool isInterrupted)
    {
        var task = turns.Task;
        if (turns.IsDebug && elapsed > options.SlowTurnThreshold)
        {
            TaskTelemetry.OnSlowTurn(task.Coroutine!);
            LogSlowTurn(logger, key, task.Describe(), elapsed.TotalMilliseconds);
        }
        // Code that went on on another thread is no turn of the loop; and what follows the body is the loop's.
        if (TaskScheduler.Current != children.Scheduler || turns.IsOver || _trace is not { } trace) return;
        try
        {
            var (end, awaits) = turns.Look(isInterrupted);
            trace.Add(number => new(number, time.GetUtcNow() - elapsed, elapsed, task.Id, NameOf(task), turns.Coroutine, end, awaits));
        }
#pragma warning disable CA1031 // the runtime calls this: what is thrown here ends the process
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUntraced(logger, key, e);
        }
    }

    /// <summary>The turns of one task.</summary>
    private sealed class TaskTurns(EventLoop loop, LiveTask task, bool isDebug) : TurnWatch
    {
        private IAwaited?[] _waits = [];

        public LiveTask Task => task;

        public bool IsDebug => isDebug;

        public string Coroutine { get; } = CoroutineName.Of(task.Coroutine!);

        /// <summary>What runs its body; null until that first gives way.</summary>
        public Task? Body { get; set; }

        /// <summary>Whether its last turn was seen.</summary>
        public bool IsOver { get; private set; }

        /// <summary>How a turn that ends now ends.</summary>
        public (LoopTurnEnd End, ImmutableArray<LoopWait> Awaits) Look(bool isInterrupted)
        {
            if (IsOver = Body?.IsCompleted ?? task.HasEnded)
            {
                return (Body switch { { IsCompletedSuccessfully: true } => LoopTurnEnd.Done, { IsCanceled: true } => LoopTurnEnd.Canceled, _ => LoopTurnEnd.Failed }, []);
            }
            if (isInterrupted) return (LoopTurnEnd.Interrupted, []);
            IAwaited?[] waits = [.. task.Loop!.GetAllWaits()];
            var isSame = waits.Length > 0 && !waits.Contains(null) && waits.SequenceEqual(_waits);
            _waits = waits;
            return (isSame ? LoopTurnEnd.AwaitsStill : LoopTurnEnd.Awaits, [.. waits.Select(LoopWait.Of)]);
        }

        protected override void OnTurn(TimeSpan elapsed, bool isInterrupted) => loop.OnTurn(this, elapsed, isInterrupted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A turn of task {Task} on loop {Loop} took {Milliseconds:0} ms: code between two awaits holds up all tasks of its loop.")]
    private static partial void LogSlowTurn(ILogger logger, string loop, string task, double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A turn of loop {Loop} could not be traced.")]
    private static partial void LogUntraced(ILogger logger, string loop, Exception exception);
}
