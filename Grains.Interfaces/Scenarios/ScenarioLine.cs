namespace OrleansAsync.Scenarios;

/// <summary>A line that a task of a scenario printed.</summary>
/// <param name="Task">The task, by its place in the tree of tasks: the same in each attempt.</param>
/// <param name="Number">The number of the line among those of its task, from 1. A task that is started again prints its lines again, and each counts once.</param>
/// <param name="Name">The task's name.</param>
/// <param name="Loop">The loop that the task runs on.</param>
/// <param name="Text">The line. Of a report, what was reported.</param>
/// <param name="IsReport">Whether it is no line, but what the product itself reports of the scenario: a forgotten await, a blocked loop.</param>
[GenerateSerializer, Immutable, Alias(ScenarioAliases.ScenarioLine)]
internal sealed record ScenarioLine(
    [property: Id(0)] string Task,
    [property: Id(1)] long Number,
    [property: Id(2)] string Name,
    [property: Id(3)] string Loop,
    [property: Id(4)] string Text,
    [property: Id(5)] bool IsReport = false);
