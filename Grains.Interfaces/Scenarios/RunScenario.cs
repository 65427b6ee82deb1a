using OrleansAsync.Execution;
using OrleansAsync.Queues;

namespace OrleansAsync.Scenarios;

/// <summary>Runs a scenario: one of the tutorial's snippets, on the cluster. What it prints goes into a queue, the last line an empty report. Returns how long it took, in milliseconds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lines">Where its lines go, at least once each.</param>
/// <param name="TimeScale">By how much its delays are longer.</param>
/// <param name="Timeline">Where the starts and ends of its tasks go; null if nobody wants them.</param>
[GenerateSerializer, Immutable, Alias(ScenarioAliases.RunScenario)]
internal sealed record RunScenario(
    [property: Id(0)] string Name,
    [property: Id(1)] ClusterQueue<ScenarioLine> Lines,
    [property: Id(2)] double TimeScale,
    [property: Id(3)] ClusterQueue<ScenarioTask>? Timeline = null) : Coroutine<double>;
