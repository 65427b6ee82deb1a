namespace OrleansAsync.Crawling;

/// <summary>One URL of an origin that is not done.</summary>
/// <param name="href">The URL.</param>
/// <param name="hash">What it is known by.</param>
/// <param name="number">Rises in the order the URLs of the origin were found.</param>
/// <param name="depth">How many links it is away from a seed.</param>
/// <param name="referrer">The page it was found on first.</param>
internal sealed class FrontierEntry(string href, UrlHash hash, long number, int depth, string? referrer)
{
    public string Href => href;

    public UrlHash Hash => hash;

    public string? Referrer => referrer;

    public int Depth { get; set; } = depth;

    /// <summary>URLs are requested breadth first, in the order they were found.</summary>
    public (int Depth, long Number) Order => (Depth, number);

    public FrontierState State { get; set; }

    /// <summary>Requests begun so far.</summary>
    public int Attempts { get; set; }
}
