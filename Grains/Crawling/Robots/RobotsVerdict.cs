namespace OrleansAsync.Crawling;

/// <summary>Whether a robot may fetch a URL, and what said so.</summary>
/// <param name="Allowed">The answer.</param>
/// <param name="Rule">The deciding rule as it stands in the file, such as <c>Disallow: /x</c>; null if no rule matched.</param>
/// <param name="Line">Its line, counted from 1; null if no rule matched.</param>
internal readonly record struct RobotsVerdict(bool Allowed, string? Rule = null, int? Line = null);
