using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios;

internal sealed class RunScenarioBody(ILoggerFactory log) : CoroutineBody<RunScenario, double>
{
    protected override async Task<double> RunAsync(RunScenario coroutine, IClusterLoop loop)
    {
        var scenario = ScenarioCatalog.Find(coroutine.Name) ?? throw new ArgumentException($"The silo has no scenario {coroutine.Name}.");
        var task = ClusterLoop.From(loop).Root;
        ScenarioContext.Current = new(coroutine.Lines, coroutine.TimeScale);
        if (coroutine.Timeline is { } timeline) RequestContext.Set(ITaskWatch.Key, new ScenarioTimeline(timeline, loop.Time.GetUtcNow()));
        // What a scenario does wrong is to be reported.
        task.IsDebug = true;
        var reports = ScenarioReports.Listen(task.TaskId!, log);
        var start = loop.Time.GetTimestamp();
        try
        {
            await scenario.RunAsync(loop);
            return loop.Time.GetElapsedTime(start).TotalMilliseconds;
        }
        finally
        {
            ScenarioReports.Forget(task.TaskId!);
            await foreach (var report in reports.ReadAllAsync(CancellationToken.None)) _ = loop.PrintAsync(report, isReport: true);
            // Comes behind all that the tasks of this loop have printed without waiting for it.
            await loop.PrintAsync("", isReport: true);
        }
    }
}
