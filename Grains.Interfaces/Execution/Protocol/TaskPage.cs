using System.Collections.Immutable;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution.Protocol;

/// <summary>Asks a loop for some of its live tasks.</summary>
/// <param name="After">The cursor of the page before; 0 for the first.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="MaxAwaited">How many of the tasks that a task waits for are named.</param>
/// <param name="Within">Only this task and those below it; <see langword="null"/> for all.</param>
[GenerateSerializer, Immutable, Alias(Aliases.TaskQuery)]
internal sealed record TaskQuery(
    [property: Id(0)] long After,
    [property: Id(1)] int Limit,
    [property: Id(2)] int MaxAwaited,
    [property: Id(3)] string? Within = null);

/// <summary>Some live tasks of a loop, in the order in which it got them.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="Next">The cursor for the next page: stays right whatever comes and goes; <see langword="null"/> after the last.</param>
/// <param name="Live">How many live tasks the loop has in all.</param>
[GenerateSerializer, Immutable, Alias(Aliases.TaskPage)]
internal sealed record TaskPage([property: Id(0)] ImmutableArray<ClusterTaskInfo> Tasks, [property: Id(1)] long? Next, [property: Id(2)] int Live);

/// <summary>Asks a loop to cancel a task it may have.</summary>
/// <param name="Id">The task.</param>
/// <param name="Message">The message.</param>
/// <param name="Request">Names the request, so that a repeated message requests nothing twice.</param>
/// <param name="Wait">How long to wait for the task's end.</param>
[GenerateSerializer, Immutable, Alias(Aliases.CancelById)]
internal sealed record CancelById(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Message,
    [property: Id(2)] Guid Request,
    [property: Id(3)] TimeSpan Wait);

/// <summary>What became of a request to cancel a task.</summary>
[GenerateSerializer, Alias(Aliases.CancelByIdReply)]
internal enum CancelByIdReply
{
    /// <summary>The loop does not have the task.</summary>
    NotHere,

    /// <summary>It was requested; the task has not ended.</summary>
    Requested,

    /// <summary>The task has ended.</summary>
    Ended,
}
