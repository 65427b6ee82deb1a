namespace OrleansAsync.Crawling;

/// <summary>What a robots.txt says about one URL.</summary>
/// <param name="Url">The URL as it was given.</param>
/// <param name="Allowed">Whether it may be fetched.</param>
/// <param name="Rule">The line of the file that decided; null if none did.</param>
/// <param name="Line">Its number, from 1.</param>
internal sealed record RobotsLine(string Url, bool Allowed, string? Rule, int? Line)
{
    /// <summary>Gives the line for people and pipes.</summary>
    public string ToText() => $"{(Allowed ? "allowed" : "disallowed")}\t{Url}{(Rule is null ? "" : $"\tline {Line}: {Rule}")}";
}
