namespace OrleansAsync.Crawling;

/// <summary>What makes a URL look like part of an endless site. The values are stored.</summary>
internal enum TrapRule
{
    /// <summary>No rule: what was left out without a record is counted under it.</summary>
    LeftOut = 0,
    Length = 1,
    Depth = 2,
    Repeats = 3,
    Queries = 4,
    Endless = 5,
    Sessions = 6,
    Same = 7,
    Sitemaps = 8,
}

/// <summary>What is counted: a rule, and the URLs that are alike by it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Pattern">What they have in common; the same for all URLs where one alone can break the rule.</param>
internal readonly record struct TrapKey(TrapRule Rule, UrlHash Pattern);

/// <summary>A rule that a URL falls under.</summary>
/// <param name="Key">What is counted.</param>
/// <param name="Limit">How many may pass.</param>
internal readonly record struct TrapSuspicion(TrapKey Key, int Limit);

/// <summary>What was noted about a URL when it was met.</summary>
/// <param name="Counted">Where it was counted.</param>
/// <param name="Refusal">Why it is not requested, if it is not.</param>
internal sealed record TrapMark(IReadOnlyList<TrapKey> Counted, string? Refusal);

/// <summary>How often something was counted.</summary>
internal readonly record struct TrapCount(TrapKey Key, long Count);
