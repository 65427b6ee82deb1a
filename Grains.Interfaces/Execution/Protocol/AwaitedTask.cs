namespace OrleansAsync.Execution.Protocol;

/// <summary>Where a task is that somebody waits for.</summary>
/// <param name="Id">The task.</param>
/// <param name="Loop">The loop that has it; <see langword="null"/> if whoever waits does not know one.</param>
/// <param name="Sender">The channel by which the loop has it.</param>
/// <param name="Serial">Its name within the channel.</param>
[GenerateSerializer, Immutable, Alias(Aliases.AwaitedTask)]
internal sealed record AwaitedTask(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Loop,
    [property: Id(2)] string? Sender,
    [property: Id(3)] long Serial);

/// <summary>A task waits for another.</summary>
/// <param name="Waiter">The task that waits.</param>
/// <param name="Awaited">The one it waits for.</param>
[GenerateSerializer, Immutable, Alias(Aliases.AwaitEdge)]
internal sealed record AwaitEdge([property: Id(0)] string Waiter, [property: Id(1)] AwaitedTask Awaited);
