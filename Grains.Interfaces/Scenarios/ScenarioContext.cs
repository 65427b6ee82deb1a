using OrleansAsync.Queues;

namespace OrleansAsync.Scenarios;

/// <summary>What all tasks of a scenario's run share. It travels as the context of tasks does, to each that is created.</summary>
/// <param name="Lines">Where their lines go.</param>
/// <param name="TimeScale">By how much their delays are longer.</param>
[GenerateSerializer, Immutable, Alias(ScenarioAliases.ScenarioContext)]
internal sealed record ScenarioContext([property: Id(0)] ClusterQueue<ScenarioLine> Lines, [property: Id(1)] double TimeScale)
{
    private const string Key = "oa.scenario";

    /// <summary>That of the caller.</summary>
    public static ScenarioContext Current
    {
        get => RequestContext.Get(Key) as ScenarioContext ?? throw new InvalidOperationException("Only the coroutines of a scenario can print.");
        set => RequestContext.Set(Key, value);
    }
}
