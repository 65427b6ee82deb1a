namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>Wire names of rate limiters; see <see cref="Aliases"/>.</summary>
internal static class RateLimitingAliases
{
    public const string Grain = "oa.rate-limiter";
    public const string Limit = "oa.rate-limit";
    public const string Request = "oa.rate-limit-request";
    public const string Reply = "oa.rate-limit-reply";
    public const string Answer = "oa.rate-limit-answer";
}
