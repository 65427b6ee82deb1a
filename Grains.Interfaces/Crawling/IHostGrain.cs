using Orleans.Concurrency;

namespace OrleansAsync.Crawling;

/// <summary>Politeness towards one host, over all crawls, schemes and ports: robots.txt, delays, concurrent requests. Keys: <see cref="HostKey"/>.</summary>
/// <remarks>
/// The grain of an address does the same for all hosts of that address, where slots are concerned.
/// <b>Cluster:</b> slots are leases. A user that is not heard of for <see cref="LeaseDuration"/> loses its slots. If the silo of this grain is lost, its
/// users tell the next activation what they hold; until they have, within seconds, others may be given as much again.
/// </remarks>
[Alias(CrawlingAliases.HostGrain)]
public interface IHostGrain : IGrainWithStringKey
{
    /// <summary>How long slots last without a word from their user.</summary>
    static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    /// <summary>Takes slots back and gives new ones; what cannot be given at once comes later by <see cref="ICrawlHostGrain.OnHostGrantAsync"/>.</summary>
    /// <param name="request">The request.</param>
    [AlwaysInterleave, Alias("RequestAsync")]
    Task<HostGrant> RequestAsync(HostRequest request);

    /// <summary>Gives the robots.txt of an origin, fetched once for all crawls; <see langword="null"/> while it is on its way: ask again.</summary>
    /// <param name="request">The request.</param>
    [AlwaysInterleave, Alias("GetRobotsAsync")]
    Task<RobotsAnswer?> GetRobotsAsync(RobotsRequest request);

    /// <summary>Lets no user start a request for a while, as the host answered 429 or 503; longer each time it does so again.</summary>
    /// <param name="retryAfter">What the host asked for, if anything.</param>
    /// <param name="answered">How often it answered otherwise since the caller was refused last.</param>
    /// <returns>How long.</returns>
    [AlwaysInterleave, Alias("BackOffAsync")]
    Task<TimeSpan> BackOffAsync(TimeSpan? retryAfter, int answered);
}
