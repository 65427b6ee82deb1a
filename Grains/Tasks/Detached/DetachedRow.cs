using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <summary>A task that has not ended, as the store has it.</summary>
/// <param name="Number">Names it within its shard.</param>
/// <param name="Coroutine">Its serialized coroutine.</param>
/// <param name="IsAtMostOnce">Whether it must not be run again once it was started.</param>
/// <param name="MaxRestarts">How often it may be started again after its silo was lost.</param>
/// <param name="Retention">How long its result is kept.</param>
/// <param name="Attempt">How often it was started before.</param>
/// <param name="Losses">How often its silo was lost.</param>
/// <param name="Cancel">The serialized message of a cancel that was requested; <see langword="null"/> if none was.</param>
/// <param name="Name">Its name, if it was given one.</param>
internal sealed record DetachedRow(
    long Number, byte[] Coroutine, bool IsAtMostOnce, int MaxRestarts, TimeSpan Retention, int Attempt, int Losses, byte[]? Cancel, string? Name);

/// <summary>A task that may have ended, as the store has it.</summary>
/// <param name="Info">What everybody may know; of a task that has not ended the store does not know the present attempt.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Result">Its outcome, as in an outcome batch; <see langword="null"/> if it has not ended.</param>
/// <param name="IsForgotten">Whether its result was dropped.</param>
internal sealed record DetachedRecord(DetachedTaskInfo Info, OutcomeKind Kind, byte[]? Result, bool IsForgotten);
