using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>The URLs of one origin and their order.</summary>
internal interface IOriginFrontier
{
    /// <summary>URLs known, in whatever state.</summary>
    int Known { get; }

    int Queued { get; }

    int InFlight { get; }

    /// <summary>URLs that wait for another attempt.</summary>
    int Waiting { get; }

    /// <summary>Nothing is queued, in flight or waiting.</summary>
    bool IsIdle { get; }

    /// <summary>When the first waiting URL may be tried again.</summary>
    DateTimeOffset? NextDue { get; }

    /// <summary>Enters a URL unless it is known or too deep; a known one keeps the smaller depth.</summary>
    /// <returns>Whether it is new.</returns>
    bool Add(string href, int depth, string? referrer);

    /// <summary>The URL that <see cref="Take"/> would give.</summary>
    FrontierEntry? Peek();

    /// <summary>Takes the next URL: it is in flight then.</summary>
    FrontierEntry? Take();

    /// <summary>Puts a URL in flight back, behind those of its depth.</summary>
    void PutBack(FrontierEntry entry);

    /// <summary>Lets a URL in flight wait for another attempt.</summary>
    void Retry(FrontierEntry entry, DateTimeOffset due);

    /// <summary>Queues the waiting URLs whose time has come.</summary>
    void Wake(DateTimeOffset now);

    /// <summary>Ends a URL in flight. Its links are those to follow, at a depth of one more than its own.</summary>
    void Complete(FrontierEntry entry, ImmutableArray<string> links);

    /// <summary>Takes the finished pages that were found again at a smaller depth: their links must be handed on again.</summary>
    IEnumerable<FrontierEntry> TakeNearer();

    /// <summary>Ends the URLs that are queued or waiting and meet a condition, and gives them.</summary>
    IReadOnlyList<FrontierEntry> Abandon(Func<FrontierEntry, bool> which);
}
