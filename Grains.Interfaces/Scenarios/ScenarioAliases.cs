namespace OrleansAsync.Scenarios;

/// <summary>The names of what scenarios send. They are the wire format: never rename one, never give one to something else.</summary>
internal static class ScenarioAliases
{
    public const string RunScenario = "oa.scenario.run";
    public const string ScenarioLine = "oa.scenario.line";
    public const string ScenarioContext = "oa.scenario.context";
    public const string ScenarioTask = "oa.scenario.task";
    public const string ScenarioTimeline = "oa.scenario.timeline";
}
