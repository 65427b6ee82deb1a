using Orleans.Concurrency;

namespace OrleansAsync.Crawling;

/// <summary>Politeness towards one host, over all crawls, schemes and ports: robots.txt, delays, concurrent requests. Keys: <see cref="HostKey"/>.</summary>
/// <remarks><b>Cluster:</b> slots are leases. A user that is not heard of for <see cref="LeaseDuration"/> loses its slots.</remarks>
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

    /// <summary>Lets no user start a request for a while: the host asked for it.</summary>
    /// <param name="pause">How long.</param>
    [AlwaysInterleave, Alias("BackOffAsync")]
    Task BackOffAsync(TimeSpan pause);
}
