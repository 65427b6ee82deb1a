using System.Collections.Immutable;

namespace OrleansAsync.Execution.Protocol;

/// <summary>Asks for outcomes, and acknowledges those that arrived.</summary>
/// <param name="Sender">The channel.</param>
/// <param name="Incarnation">The activation this is meant for.</param>
/// <param name="Acknowledged">The last batch of outcomes that the owner has applied; the loop forgets it.</param>
[GenerateSerializer, Immutable, Alias(Aliases.PollRequest)]
internal sealed record PollRequest([property: Id(0)] string Sender, [property: Id(1)] string Incarnation, [property: Id(2)] long Acknowledged);

/// <summary>Tasks that ended. Kept by the loop, and sent again unchanged, until it is acknowledged.</summary>
/// <param name="Status">Whether the request was for this activation.</param>
/// <param name="Sequence">Counts the batches of the channel from 1; 0 when there was nothing to report.</param>
/// <param name="Outcomes">The tasks that ended.</param>
/// <param name="Payload">Their serialized results, one after another. Never changed after the batch was made.</param>
[GenerateSerializer, Immutable, Alias(Aliases.OutcomeBatch)]
internal sealed record OutcomeBatch(
    [property: Id(0)] ChannelStatus Status,
    [property: Id(1)] long Sequence,
    [property: Id(2)] ImmutableArray<OutcomeEntry> Outcomes,
    [property: Id(3)] byte[] Payload)
{
    public static OutcomeBatch Nothing(ChannelStatus status) => new(status, 0, [], []);
}

/// <summary>How one task ended.</summary>
/// <param name="Serial">The task.</param>
/// <param name="Kind">How it ended, which also says what its bytes are.</param>
/// <param name="Length">How many bytes of the payload are its result.</param>
/// <param name="LeftRunning">Whether it, or a task below it, ended while tasks it had created were still running.</param>
[GenerateSerializer, Immutable, Alias(Aliases.OutcomeEntry)]
internal readonly record struct OutcomeEntry(
    [property: Id(0)] long Serial,
    [property: Id(1)] OutcomeKind Kind,
    [property: Id(2)] int Length,
    [property: Id(3)] bool LeftRunning);

/// <summary>How a task ended.</summary>
[GenerateSerializer, Alias(Aliases.OutcomeKind)]
internal enum OutcomeKind
{
    /// <summary>With a result: the payload is the serialized value.</summary>
    Succeeded,

    /// <summary>With an exception: the payload is a <see cref="TaskFailure"/>.</summary>
    Failed,

    /// <summary>Cancelled: the payload is the serialized message, a string or null.</summary>
    Canceled,

    /// <summary>It was running when its silo began to shut down; its cleanup has ended. The owner starts it elsewhere, which is no restart after a loss.</summary>
    HandedBack,

    /// <summary>Its silo began to shut down before it was started.</summary>
    NotStarted,
}
