using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Scenarios;

/// <summary>What is known of a task of a scenario: told when it starts and again when it ends.</summary>
/// <param name="Task">The task, by its place in the tree of tasks: the same in each attempt.</param>
/// <param name="Attempt">How often it was started before; the last attempt counts.</param>
/// <param name="Name">Its name.</param>
/// <param name="Coroutine">The name of its coroutine.</param>
/// <param name="Loop">The loop it runs on.</param>
/// <param name="Taken">When that loop had taken it, since the start of the run, by the clock of its silo.</param>
/// <param name="Started">When its first step began; null if it never started.</param>
/// <param name="Ended">When it ended; null while it runs.</param>
/// <param name="Outcome">How it ended; null while it runs.</param>
[GenerateSerializer, Immutable, Alias(ScenarioAliases.ScenarioTask)]
internal sealed record ScenarioTask(
    [property: Id(0)] string Task,
    [property: Id(1)] int Attempt,
    [property: Id(2)] string Name,
    [property: Id(3)] string Coroutine,
    [property: Id(4)] string Loop,
    [property: Id(5)] TimeSpan Taken,
    [property: Id(6)] TimeSpan? Started,
    [property: Id(7)] TimeSpan? Ended,
    [property: Id(8)] OutcomeKind? Outcome);
