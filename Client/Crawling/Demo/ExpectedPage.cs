namespace OrleansAsync.Crawling;

/// <summary>What a correct crawl reports about a URL of the <see cref="DemoSite"/>: outcome and HTTP status.</summary>
internal sealed record ExpectedPage(PageOutcome Outcome, int? Status);
