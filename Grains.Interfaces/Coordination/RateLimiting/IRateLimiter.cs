namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>Lets so much pass in a time: a token bucket for each key.</summary>
public interface IRateLimiter
{
    /// <summary>Gets how much may pass, for each key.</summary>
    RateLimit Limit { get; }

    /// <summary>Waits until permits can be had, and takes them. A cancel point.</summary>
    /// <param name="key">Which of the buckets: a user, a host, an API key; 1 to 200 characters, none of them a control character.</param>
    /// <param name="permits">How many; 1 to <see cref="RateLimit.Burst"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">So many can never be had at once.</exception>
    /// <remarks>First come, first served for each key, whatever they ask for; nobody overtakes. Who is cancelled takes nothing.</remarks>
    Task AcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default);

    /// <summary>Takes permits if they can be had at once, and nobody waits for some.</summary>
    /// <inheritdoc cref="AcquireAsync" path="/param|/exception"/>
    /// <returns>Whether they were taken.</returns>
    Task<bool> TryAcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default);
}
