using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios;

/// <summary>Brings what the product reports of a scenario's tasks to the scenario: it listens to the silo's log, once a scenario was run there.</summary>
internal sealed class ScenarioReports : ILoggerProvider
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly ConditionalWeakTable<ILoggerFactory, ScenarioReports> Listeners = [];
    private static readonly ConcurrentDictionary<string, Channel<string>> Runs = [];

    /// <summary>Begins to listen for a task and those below it.</summary>
    public static ChannelReader<string> Listen(string task, ILoggerFactory log)
    {
        var run = Runs.GetOrAdd(task, static _ => Channel.CreateUnbounded<string>());
        var listener = new ScenarioReports();
        if (Listeners.TryAdd(log, listener)) log.AddProvider(listener);
        return run.Reader;
    }

    /// <summary>Ends that.</summary>
    public static void Forget(string task)
    {
        if (Runs.TryRemove(task, out var run)) run.Writer.Complete();
    }

    /// <summary>Waits for the next report of the run that a task belongs to.</summary>
    /// <param name="loop">The task's loop.</param>
    /// <param name="collects">Whether it comes when an object is collected.</param>
    /// <param name="about">What it contains; others that come before are not waited for, and go to the notes.</param>
    public static async Task<string> NextAsync(IClusterLoop loop, bool collects = false, string about = "")
    {
        var task = ClusterLoop.From(loop).TaskId!;
        var reports = Runs.First(run => OwnerIds.IsWithin(task, run.Key)).Value.Reader;
        var start = loop.Time.GetTimestamp();
        while (true)
        {
            while (reports.TryRead(out var report))
            {
                if (report.Contains(about, StringComparison.Ordinal)) return report;
                await loop.PrintAsync(report, isReport: true);
            }
            if (loop.Time.GetElapsedTime(start) > Limit) return "nothing was reported";
            if (collects) GC.Collect();
            await loop.SleepAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    public ILogger CreateLogger(string categoryName) => new Listener();

    public void Dispose()
    {
        // it holds nothing
    }

    private sealed class Listener : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && !Runs.IsEmpty;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var message = formatter(state, exception);
            // One line: without where a task was created, which debug mode adds.
            foreach (var value in (state as IEnumerable<KeyValuePair<string, object?>> ?? []).Select(pair => pair.Value).OfType<string>().Where(value => value.Contains('\n')))
            {
                message = message.Replace(value, value.Split('\n')[0].Replace(" created at", "", StringComparison.Ordinal).TrimEnd(), StringComparison.Ordinal);
            }
            if (exception is not null) message = $"{message} {exception.GetType().Name}: {exception.Message}";
            foreach (var (task, run) in Runs)
            {
                if (message.Contains(task, StringComparison.Ordinal)) run.Writer.TryWrite(message);
            }
        }
    }
}
