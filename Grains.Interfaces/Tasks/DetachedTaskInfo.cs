using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>What is known of a detached task at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Coroutine">The alias of its coroutine, or the name of the type where it has none.</param>
/// <param name="State">Its state: <see cref="TaskState.Running"/> from its creation on.</param>
/// <param name="Attempt">How often it was started again.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="EndedAt">When it ended; <see langword="null"/> if it has not.</param>
/// <param name="ExpiresAt">Until when its result is kept; <see langword="null"/> while it has not ended.</param>
[GenerateSerializer, Immutable, Alias(Aliases.DetachedTaskInfo)]
public sealed record DetachedTaskInfo(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Coroutine,
    [property: Id(3)] TaskState State,
    [property: Id(4)] int Attempt,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset? EndedAt,
    [property: Id(7)] DateTimeOffset? ExpiresAt);
