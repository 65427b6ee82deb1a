using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>One known URL of an origin.</summary>
internal sealed class FrontierEntry(string href, int depth, string? referrer)
{
    public string Href => href;

    public int Depth { get; set; } = depth;

    /// <summary>Forgotten once the URL is done.</summary>
    public string? Referrer { get; set; } = referrer;

    public FrontierState State { get; set; }

    /// <summary>Requests begun so far.</summary>
    public int Attempts { get; set; }

    /// <summary>Kept only where a smaller depth can still make them matter.</summary>
    public ImmutableArray<string> Links { get; set; } = [];
}
