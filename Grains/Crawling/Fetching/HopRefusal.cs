namespace OrleansAsync.Crawling;

/// <summary>Why a redirect is not followed, and what the fetch's outcome becomes: disallowed by robots.txt, or skipped by scope or a limit.</summary>
internal sealed record HopRefusal(PageOutcome Outcome, string Reason);
