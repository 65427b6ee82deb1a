using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace OrleansAsync.Execution;

/// <summary>
/// In debug mode, finds coroutines that were created and never started: asyncio's "coroutine was never awaited". Those of a task when it ends;
/// those of a client when they are collected, since it may have kept them to start them later.
/// </summary>
internal static partial class CoroutineWatch
{
    private static readonly ConditionalWeakTable<Coroutine, Unstarted> Created = [];

    private static volatile ILogger? logger;

    /// <summary>Starts to watch in this process.</summary>
    public static void Enable(ILogger log) => logger = log;

    public static void OnCreated(Coroutine coroutine)
    {
        if (logger is not { } log) return;
        var creator = ClusterLoop.Current?.Root;
        Created.Add(coroutine, new Unstarted(log, coroutine.GetType().Name, creator?.TaskId));
        if (creator is { IsDebug: true }) (creator.Created ??= []).Add(coroutine);
    }

    public static void OnStarted(Coroutine coroutine)
    {
        if (logger is not null && Created.TryGetValue(coroutine, out var unstarted)) unstarted.Forget();
    }

    /// <summary>Reports what a task has created and never started.</summary>
    public static void OnEnded(ClusterLoop task)
    {
        foreach (var coroutine in task.Created ?? [])
        {
            if (Created.TryGetValue(coroutine, out var unstarted)) unstarted.Report();
        }
        task.Created = null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Coroutine {Coroutine}, created by {Creator}, was never started: creating one runs nothing, give it to CreateTask or another verb.")]
    private static partial void LogNeverStarted(ILogger logger, string coroutine, string creator);

    private sealed class Unstarted(ILogger log, string coroutine, string? creator)
    {
        private int _isKnown;

        ~Unstarted()
        {
            if (!Environment.HasShutdownStarted) Report();
        }

        public void Forget()
        {
            _isKnown = 1;
#pragma warning disable CA1816 // a finalizer that reports, not one that releases something
            GC.SuppressFinalize(this);
#pragma warning restore CA1816
        }

        public void Report()
        {
            if (Interlocked.Exchange(ref _isKnown, 1) == 0) LogNeverStarted(log, coroutine, creator is null ? "code that is no task" : $"task {creator}");
        }
    }
}
