using Orleans.Concurrency;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>One bucket of a rate limiter of the cluster. Its key is a <see cref="RateLimiterKey"/>.</summary>
/// <remarks>All messages may come late or twice: a ticket names what is asked for, and is answered alike however often it comes.</remarks>
[Alias(RateLimitingAliases.Grain), GrainInterfaceType(RateLimitingAliases.Grain)]
internal interface IRateLimiterGrain : IGrainWithStringKey
{
    /// <summary>Asks for permits; one that waits is asked again and again, for at most about five seconds a time: longer would be the time a lost silo costs.</summary>
    [Alias("Acquire"), ResponseTimeout("00:00:08"), AlwaysInterleave]
    Task<RateLimitReply> AcquireAsync(RateLimitRequest request);

    /// <summary>Does not want them any more: takes no permits, or gives them back.</summary>
    [Alias("Leave"), ResponseTimeout("00:00:08"), AlwaysInterleave]
    Task LeaveAsync(Guid ticket);
}

/// <summary>Asks a bucket for permits.</summary>
/// <param name="Ticket">Names the request; chosen by whoever asks.</param>
/// <param name="Permits">How many.</param>
/// <param name="Waits">Whether to wait for them.</param>
/// <param name="Limit">The rate that whoever asks goes by.</param>
[GenerateSerializer, Immutable, Alias(RateLimitingAliases.Request)]
internal sealed record RateLimitRequest(
    [property: Id(0)] Guid Ticket,
    [property: Id(1)] int Permits,
    [property: Id(2)] bool Waits,
    [property: Id(3)] RateLimit Limit);

/// <summary>What a bucket says.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Limit">The rate it goes by, if that is another.</param>
[GenerateSerializer, Immutable, Alias(RateLimitingAliases.Reply)]
internal sealed record RateLimitReply([property: Id(0)] RateLimitAnswer Answer, [property: Id(1)] RateLimit? Limit = null);

/// <summary>The answers of a bucket.</summary>
[GenerateSerializer, Alias(RateLimitingAliases.Answer)]
internal enum RateLimitAnswer
{
    /// <summary>They are yours.</summary>
    Granted,

    /// <summary>It is not your turn yet: ask again.</summary>
    Waiting,

    /// <summary>There are too few for one who does not wait.</summary>
    Refused,

    /// <summary>The bucket goes by another rate.</summary>
    OtherLimit,
}
