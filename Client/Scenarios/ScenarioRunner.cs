using OrleansAsync.Hosting;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios;

/// <summary>Runs scenarios on a cluster and compares them with what CPython printed.</summary>
/// <param name="session">The cluster.</param>
/// <param name="timeScale">By how much delays are longer than in the snippets.</param>
internal sealed class ScenarioRunner(ClusterSession session, double timeScale)
{
    /// <summary>Runs one.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="onLine">Is given each line as it comes.</param>
    /// <param name="onTask">Is given the start and the end of each task; null if nobody draws them.</param>
    /// <param name="cancellationToken">Cancels its tasks, and waits for their cleanup.</param>
    public async Task<ScenarioResult> RunAsync(Scenario scenario, Action<ScenarioLine> onLine, Action<ScenarioTask>? onTask, CancellationToken cancellationToken)
    {
        var tasks = onTask is null ? null : new TaskFeed(session.Loop.Queue<ScenarioTask>(), onTask);
        var name = $"scenario {Guid.NewGuid():N}";
        // What is printed outlives its silo where there is a store.
        var queue = session.HasStore ? session.Loop.Queue<ScenarioLine>(name, options: new QueueOptions { Durable = true }) : session.Loop.Queue<ScenarioLine>();
        try
        {
            var run = session.Loop.RunAsync(new RunScenario(scenario.Name, queue, timeScale, tasks?.Queue), cancellationToken);
            var printed = await ReadAsync(queue, run, onLine);
            return Judge(scenario, printed, await run);
        }
        finally
        {
            if (tasks is not null) await tasks.EndAsync();
            if (session.HasStore) await ((Task)session.Grains.GetGrain<IQueueGrain>(queue.Key).DeleteAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<List<ScenarioLine>> ReadAsync(ClusterQueue<ScenarioLine> queue, Task run, Action<ScenarioLine> onLine)
    {
        // The run has ended when all it printed is in the queue.
        var ended = EndAsync();
        HashSet<(string, long)> seen = [];
        List<ScenarioLine> printed = [];
        await foreach (var line in queue.GetAllAsync(prefetch: 100))
        {
            // A task that was started again, as its silo was lost, prints again.
            if (line.Text.Length == 0 && line.IsReport || !seen.Add((line.Task, line.Number))) continue;
            printed.Add(line);
            onLine(line);
        }
        await ended;
        return printed;

        async Task EndAsync()
        {
            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await queue.ShutdownAsync();
        }
    }

    private ScenarioResult Judge(Scenario scenario, List<ScenarioLine> printed, double elapsedMs)
    {
        var lines = printed.FindAll(line => !line.IsReport);
        var (shape, expectedShape) = (ScenarioCheck.Shape(scenario, elapsedMs / 1000 / timeScale), ScenarioCheck.Shape(scenario, scenario.Duration));
        List<string> notes = [], reports = [.. printed.Where(line => line.IsReport).Select(line => line.Text)];
        if (ScenarioCheck.Lines(scenario, lines) is { } difference) notes.Add(difference);
        if (shape != expectedShape) notes.Add(FormattableString.Invariant($"it was {shape}, {elapsedMs / 1000:0.00} s, and is {expectedShape} in CPython, {scenario.Duration * timeScale:0.00} s"));
        notes.AddRange(ScenarioCheck.Missing(scenario, reports, timeScale));
        return new()
        {
            Name = scenario.Name,
            Section = scenario.Section,
            Lines = [.. lines.Select(line => line.Text)],
            ElapsedMs = Math.Round(elapsedMs, 1),
            ExpectedMs = Math.Round(scenario.Duration * timeScale * 1000, 1),
            Passed = notes.Count == 0,
            Notes = [.. notes, .. reports],
        };
    }
}
