namespace OrleansAsync.Crawling;

/// <summary>One attempt at a URL of the frontier, over its redirects.</summary>
internal sealed class PageVisit(FrontierEntry entry)
{
    public const int MaxRedirects = 20;

    public FrontierEntry Entry => entry;

    public List<string> Redirects { get; } = [];

    /// <summary>The URL to request next.</summary>
    public string Url => Redirects.Count == 0 ? entry.Href : Redirects[^1];

    public string? RedirectedFrom => Redirects.Count == 0 ? null : entry.Href;

    /// <summary>Time spent on the requests so far.</summary>
    public TimeSpan Elapsed { get; set; }

    public DateTimeOffset? Begun { get; set; }

    /// <summary>The answer that redirected last.</summary>
    public PageFetch? LastAnswer { get; set; }

    /// <summary>Takes a redirect; says why it is not followed, if it is not.</summary>
    /// <param name="target">Where it leads.</param>
    /// <param name="hasNews">The answer set cookies that were not there before: the same request would not be the same.</param>
    public string? Follow(string target, bool hasNews)
    {
        var loops = !hasNews && (target == entry.Href || Redirects.Contains(target, StringComparer.Ordinal));
        Redirects.Add(target);
        if (loops) return "redirect loop";
        return Redirects.Count > MaxRedirects ? $"too many redirects ({MaxRedirects})" : null;
    }
}
