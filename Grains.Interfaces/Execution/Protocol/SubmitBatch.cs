using System.Collections.Immutable;

namespace OrleansAsync.Execution.Protocol;

/// <summary>What gathered in a channel's outbox since the last batch: many tasks to start and to cancel, in one message.</summary>
/// <param name="Sender">The channel.</param>
/// <param name="Incarnation">The activation this is meant for.</param>
/// <param name="Sequence">Counts the batches of the channel from 1. A loop applies each number once.</param>
/// <param name="Owners">The owner ids that <see cref="TaskStart.Owner"/> indexes.</param>
/// <param name="Starts">The tasks to start.</param>
/// <param name="Payload">Their serialized coroutines, one after another. Never changed after the batch was made.</param>
/// <param name="Cancels">The tasks to cancel.</param>
/// <param name="Contexts">The serialized contexts that <see cref="TaskStart.Context"/> counts.</param>
[GenerateSerializer, Immutable, Alias(Aliases.SubmitBatch)]
internal sealed record SubmitBatch(
    [property: Id(0)] string Sender,
    [property: Id(1)] string Incarnation,
    [property: Id(2)] long Sequence,
    [property: Id(3)] ImmutableArray<string> Owners,
    [property: Id(4)] ImmutableArray<TaskStart> Starts,
    [property: Id(5)] byte[] Payload,
    [property: Id(6)] ImmutableArray<TaskCancel> Cancels,
    [property: Id(7)] ImmutableArray<byte[]> Contexts);

/// <summary>One task of a <see cref="SubmitBatch"/>.</summary>
/// <param name="Serial">Names the task within its channel, for cancels and outcomes.</param>
/// <param name="Owner">Index of its owner.</param>
/// <param name="Number">Names the task within its owner.</param>
/// <param name="Attempt">How often it was started before.</param>
/// <param name="Length">How many bytes of the payload are its coroutine.</param>
/// <param name="Name">Its name, if the owner gave one.</param>
/// <param name="IsAtMostOnce">Whether it must not be run again once it was started: a loop that leaves lets it end.</param>
/// <param name="TimeLeft">How much of its creators' timeouts is left when this is sent; null without a limit.</param>
/// <param name="Context">Which of the contexts it has, from 1; 0 for none.</param>
[GenerateSerializer, Immutable, Alias(Aliases.TaskStart)]
internal readonly record struct TaskStart(
    [property: Id(0)] long Serial,
    [property: Id(1)] int Owner,
    [property: Id(2)] long Number,
    [property: Id(3)] int Attempt,
    [property: Id(4)] int Length,
    [property: Id(5)] string? Name,
    [property: Id(6)] bool IsAtMostOnce,
    [property: Id(8)] int Context = 0,
    [property: Id(7)] TimeSpan? TimeLeft = null);

/// <summary>A request to cancel one task.</summary>
[GenerateSerializer, Immutable, Alias(Aliases.TaskCancel)]
internal readonly record struct TaskCancel([property: Id(0)] long Serial, [property: Id(1)] string? Message);

/// <summary>The answer to a <see cref="SubmitBatch"/>.</summary>
/// <param name="Status">Whether it was applied.</param>
/// <param name="Requested">For each cancel whether the task was still live.</param>
[GenerateSerializer, Immutable, Alias(Aliases.SubmitReply)]
internal sealed record SubmitReply([property: Id(0)] ChannelStatus Status, [property: Id(1)] ImmutableArray<bool> Requested);
