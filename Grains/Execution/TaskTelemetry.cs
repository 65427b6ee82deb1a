using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>The metrics and traces of tasks and loops: meter and activity source <c>OrleansAsync</c>.</summary>
internal static class TaskTelemetry
{
    private const string Name = "OrleansAsync";

    private static readonly string? Version = typeof(TaskTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
    public static readonly Meter Meter = new(Name, Version);
    private static readonly ActivitySource Source = new(Name, Version);

    private static readonly double[] Seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 600, 3600];
    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = Seconds };

    private static readonly Counter<long> Created = Meter.CreateCounter<long>("orleansasync.tasks.created", "{task}", "Tasks that a loop has taken.");
    private static readonly UpDownCounter<long> Live = Meter.CreateUpDownCounter<long>("orleansasync.tasks.live", "{task}", "Tasks that a loop has and that have not ended.");
    private static readonly Counter<long> Ended = Meter.CreateCounter<long>("orleansasync.tasks.ended", "{task}", "Tasks that ended, by coroutine and outcome.");
    private static readonly Histogram<double> Queued = Meter.CreateHistogram("orleansasync.task.queue_time", "s", "From the arrival of a task at its loop to its first step.", advice: Buckets);
    private static readonly Histogram<double> Ran = Meter.CreateHistogram("orleansasync.task.duration", "s", "From the first step of a task to its end, by coroutine and outcome.", advice: Buckets);
    private static readonly Histogram<double> Lags = Meter.CreateHistogram("orleansasync.loop.lag", "s", "How long a loop that has something to do was busy with something else.", advice: Buckets);
    private static readonly Counter<long> SlowTurns = Meter.CreateCounter<long>("orleansasync.loop.slow_turns", "{turn}", "Turns of tasks in debug mode that took longer than SlowTurnThreshold.");

    public static void OnCreated()
    {
        Created.Add(1);
        Live.Add(1);
    }

    public static void OnStarted(TimeSpan queued) => Queued.Record(queued.TotalSeconds);

    /// <param name="coroutine">Its coroutine; null if it never started.</param>
    /// <param name="kind">How it ended.</param>
    /// <param name="ran">How long it ran.</param>
    public static void OnEnded(Type? coroutine, OutcomeKind kind, TimeSpan ran)
    {
        Live.Add(-1);
        if (!Ended.Enabled && !Ran.Enabled) return;
        var tags = new TagList { { "coroutine", coroutine is null ? "" : CoroutineName.Of(coroutine) }, { "outcome", OutcomeOf(kind) } };
        Ended.Add(1, tags);
        if (coroutine is not null) Ran.Record(ran.TotalSeconds, tags);
    }

    public static void OnLag(string loop, TimeSpan lag) => Lags.Record(lag.TotalSeconds, new KeyValuePair<string, object?>("loop", loop));

    public static void OnSlowTurn(Type coroutine) => SlowTurns.Add(1, new KeyValuePair<string, object?>("coroutine", CoroutineName.Of(coroutine)));

    /// <summary>Starts the span of a task, below that of its creator; null if nobody listens.</summary>
    public static Activity? Start(LiveTask task, Type coroutine, string loop, TaskContext? context)
    {
        if (!Source.HasListeners()) return null;
        ActivityContext.TryParse(context?.TraceParent, context?.TraceState, isRemote: true, out var parent);
        return Source.StartActivity(ActivityKind.Consumer, parent, name: CoroutineName.Of(coroutine), tags:
        [
            new("orleansasync.task.id", task.Id), new("orleansasync.task.name", task.Name), new("orleansasync.task.attempt", task.Attempt), new("orleansasync.loop", loop),
        ]);
    }

    /// <summary>Ends the span of a task.</summary>
    public static void Stop(this Activity? activity, OutcomeKind kind, Exception? error = null)
    {
        if (activity is null) return;
        activity.SetTag("orleansasync.task.outcome", OutcomeOf(kind));
        if (error is not null) activity.AddException(error);
        if (kind == OutcomeKind.Failed) activity.SetStatus(ActivityStatusCode.Error, error?.Message);
        activity.Dispose();
    }

    private static string OutcomeOf(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Succeeded => "succeeded",
        OutcomeKind.Failed => "failed",
        OutcomeKind.Canceled => "canceled",
        OutcomeKind.HandedBack => "handed_back",
        _ => "not_started",
    };
}
