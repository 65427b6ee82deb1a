using System.Collections.Immutable;

namespace OrleansAsync.Coordination.Protocol;

/// <summary>What a primitive tells a session.</summary>
/// <param name="Status">Whether it knows the session.</param>
/// <param name="Epoch">The current activation.</param>
/// <param name="Lease">How long the session lives without being heard of.</param>
/// <param name="Applied">The last operation that was applied.</param>
/// <param name="FirstArrival">The place among all requests of the batch's first operation, the others count on; 0 if some of them had been applied before.</param>
/// <param name="FirstAnswer">The number of the first answer among all of the session; the others count on.</param>
/// <param name="Answers">All answers that are not known to have arrived: of two replies, only one may be heard.</param>
/// <param name="Error">What is wrong, for people.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveReply)]
internal sealed record PrimitiveReply(
    [property: Id(0)] PrimitiveStatus Status,
    [property: Id(1)] long Epoch,
    [property: Id(2)] TimeSpan Lease,
    [property: Id(3)] long Applied,
    [property: Id(4)] long FirstArrival,
    [property: Id(5)] long FirstAnswer,
    [property: Id(6)] ImmutableArray<PrimitiveAnswer> Answers,
    [property: Id(7)] string? Error = null);

/// <summary>The answer to one request.</summary>
/// <param name="Number">The request.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Value">A number that belongs to it.</param>
/// <param name="Fence">The fencing number of a hold.</param>
/// <param name="IsHeld">Whether something is held now.</param>
/// <param name="Items">Items that belong to it.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveAnswer)]
internal readonly record struct PrimitiveAnswer(
    [property: Id(0)] long Number,
    [property: Id(1)] AnswerKind Kind,
    [property: Id(2)] long Value,
    [property: Id(3)] long Fence,
    [property: Id(4)] bool IsHeld,
    [property: Id(5)] ImmutableArray<byte[]>? Items)
{
    public Answer ToAnswer() => new(Kind, Value, Fence, Items is { } items ? [.. items] : null);
}

/// <summary>How a primitive takes a session's message.</summary>
[GenerateSerializer, Alias(CoordinationAliases.PrimitiveStatus)]
internal enum PrimitiveStatus
{
    /// <summary>The session is known.</summary>
    Ok,

    /// <summary>Another activation has taken over: the session must tell what it had.</summary>
    OtherEpoch,

    /// <summary>The session was silent for too long: what it held was given back, what it waited for was forgotten.</summary>
    Expired,

    /// <summary>This activation is the primitive's no more, or not yet: ask again.</summary>
    TryAgain,

    /// <summary>It cannot be used: the cluster has no store, the name means something else, or the primitive was deleted.</summary>
    Refused,
}
