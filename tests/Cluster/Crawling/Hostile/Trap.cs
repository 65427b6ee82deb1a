using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>One way in which a server can be wrong, or odd, and what a crawl must make of it.</summary>
/// <param name="Path">Where it is; other queries lead there too.</param>
/// <param name="Answer">The server's side.</param>
internal sealed record Trap(string Path, Func<Exchange, Task> Answer)
{
    public PageOutcome Outcome { get; init; } = PageOutcome.Success;

    public int? Status { get; init; } = 200;

    public bool StatusVaries { get; init; }

    /// <summary>What the record's error begins with; none if it has none.</summary>
    public string? Error { get; init; }

    /// <summary>The title; any if not set.</summary>
    public string? Title { get; init; }

    /// <summary>The charset; any if not set.</summary>
    public string? Charset { get; init; }

    /// <summary>The decoded bytes; any if not set.</summary>
    public long? Bytes { get; init; }

    public int Attempts { get; init; } = 1;

    /// <summary>How often it is requested; as often as attempted if not set.</summary>
    public (int Least, int Most)? Requests { get; init; }

    /// <summary>Whether <see cref="Exchange.Child"/> is requested; either if not set.</summary>
    public bool? Follows { get; init; }

    /// <summary>Paths that are requested once because of it.</summary>
    public IReadOnlyList<string> Leads { get; init; } = [];

    /// <summary>Paths that are never requested.</summary>
    public IReadOnlyList<string> LeadsNot { get; init; } = [];

    /// <summary>Further paths it needs.</summary>
    public IReadOnlyList<(string Path, Func<Exchange, Task> Answer)> Also { get; init; } = [];

    /// <summary>The path of the child page.</summary>
    public string Child => Path.TrimEnd('/') + "/child";
}
