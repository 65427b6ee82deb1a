using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>What an origin tells its crawl. All counters run from the start of its activation, so that a repeated report changes nothing.</summary>
[GenerateSerializer, Immutable, Alias(CrawlingAliases.OriginReport)]
public sealed record OriginReport
{
    /// <summary>Gets the origin.</summary>
    [Id(0)] public required string Origin { get; init; }

    /// <summary>Gets what tells one life of the origin from the next: its counters run from there.</summary>
    [Id(1)] public required Guid Incarnation { get; init; }

    /// <summary>Gets the number of the report, rising by one.</summary>
    [Id(2)] public required long Sequence { get; init; }

    /// <summary>Gets whether the origin has anything left to do; the crawl ends when none has.</summary>
    [Id(3)] public required bool Active { get; init; }

    /// <summary>Gets the pages stored since the last report.</summary>
    [Id(4)] public ImmutableArray<PageRecord> Records { get; init; } = [];

    /// <summary>Gets how many slots were given back so far.</summary>
    [Id(5)] public long SlotsReturned { get; init; }

    /// <summary>Gets how many slots the origin could use at a time now.</summary>
    [Id(6)] public int SlotsTarget { get; init; }

    /// <summary>Gets how many pages were requested so far, by earlier activations too.</summary>
    [Id(7)] public long PagesUsed { get; init; }

    /// <summary>Gets how many pages of the budget were given back so far.</summary>
    [Id(8)] public long PagesReturned { get; init; }

    /// <summary>Gets how many pages of the budget the origin has used and could use now.</summary>
    [Id(9)] public int PagesTarget { get; init; }

    /// <summary>Gets how many URLs wait.</summary>
    [Id(10)] public long Queued { get; init; }

    /// <summary>Gets how many requests are open.</summary>
    [Id(11)] public int InFlight { get; init; }

    /// <summary>Gets why the origin cannot go on, if it cannot.</summary>
    [Id(12)] public string? Failure { get; init; }

    /// <summary>Gets which activation of the crawl the origin belongs to; empty if it has not heard of one yet.</summary>
    [Id(13)] public Guid Epoch { get; init; }

    /// <summary>Gets how many pages the origin stored before those of <see cref="Records"/>.</summary>
    [Id(14)] public long PagesBefore { get; init; }
}
