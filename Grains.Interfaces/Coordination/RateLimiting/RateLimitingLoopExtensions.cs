using OrleansAsync.Execution;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>Rate limiters, over the cluster and in one process.</summary>
public static class RateLimitingLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Makes a handle of the rate limiter of the cluster that has a name. Nothing is sent.</summary>
        /// <param name="name">1 to 200 characters, none of them a control character. All who use it share its buckets, and must give the same limit.</param>
        /// <param name="limit">How much may pass, for each key.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        public ClusterRateLimiter RateLimiter(string name, RateLimit limit)
        {
            ArgumentNullException.ThrowIfNull(limit);
            return new(loop, RateLimiterKey.Check(name), limit);
        }

        /// <summary>Makes a rate limiter of this process, for users on one loop: no call leaves it.</summary>
        /// <param name="limit">How much may pass, for each key.</param>
        public IRateLimiter LocalRateLimiter(RateLimit limit)
        {
            ArgumentNullException.ThrowIfNull(limit);
            return new LocalRateLimiter(loop, limit);
        }
    }
}
