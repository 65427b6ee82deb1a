using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Detached.Protocol;

/// <summary>A detached task to store and start.</summary>
/// <param name="Number">Names it within its shard.</param>
/// <param name="Type">The name of its coroutine's type.</param>
/// <param name="Coroutine">Its serialized coroutine.</param>
/// <param name="Name">Its name, if it was given one.</param>
/// <param name="IsAtMostOnce">Whether it must not be run again once it was started.</param>
/// <param name="MaxRestarts">How often it may be started again after its silo was lost.</param>
/// <param name="Retention">How long its result is kept.</param>
[GenerateSerializer, Immutable, Alias(Aliases.DetachedStart)]
internal sealed record DetachedStart(
    [property: Id(0)] long Number,
    [property: Id(1)] string Type,
    [property: Id(2)] byte[] Coroutine,
    [property: Id(3)] string? Name,
    [property: Id(4)] bool IsAtMostOnce,
    [property: Id(5)] int MaxRestarts,
    [property: Id(6)] TimeSpan Retention);

/// <summary>A request to cancel a detached task.</summary>
/// <param name="Number">The task.</param>
/// <param name="Message">The message.</param>
/// <param name="Request">Names the request, so that a repeated message requests nothing twice.</param>
[GenerateSerializer, Immutable, Alias(Aliases.DetachedCancel)]
internal sealed record DetachedCancel([property: Id(0)] long Number, [property: Id(1)] string? Message, [property: Id(2)] Guid Request);

/// <summary>What a shard says of a task.</summary>
/// <param name="Status">Whether the request was done.</param>
/// <param name="Task">The task, where it was asked about.</param>
/// <param name="Kind">How it ended; meaningful once it has.</param>
/// <param name="Payload">Its outcome once it has ended: as in an outcome batch, or JSON in UTF-8 if that was asked for.</param>
[GenerateSerializer, Immutable, Alias(Aliases.DetachedAnswer)]
internal sealed record DetachedAnswer(
    [property: Id(0)] DetachedStatus Status,
    [property: Id(1)] DetachedTaskInfo? Task = null,
    [property: Id(2)] OutcomeKind Kind = default,
    [property: Id(3)] byte[]? Payload = null);

/// <summary>How a shard answers.</summary>
[GenerateSerializer, Alias(Aliases.DetachedStatus)]
internal enum DetachedStatus
{
    /// <summary>Done, now or when the same message came first.</summary>
    Ok,

    /// <summary>The task's state does not allow it: it has ended, or has not.</summary>
    No,

    /// <summary>There is no such task.</summary>
    NotFound,

    /// <summary>The silo has no store, or one that cannot be used; the payload says why, in UTF-8.</summary>
    NoStore,

    /// <summary>Another activation drives the shard now; ask again.</summary>
    Superseded,
}
