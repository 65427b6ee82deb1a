namespace OrleansAsync.Crawling;

/// <summary>A fetch that cannot go on, with the line its record gets. Never leaves the fetcher.</summary>
internal sealed class FetchException(string message, bool transient, PageOutcome outcome = PageOutcome.Error) : Exception(message)
{
    public bool Transient { get; } = transient;

    public PageOutcome Outcome { get; } = outcome;
}
