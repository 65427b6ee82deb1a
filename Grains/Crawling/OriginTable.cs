using System.Collections.Immutable;
using System.Data.Common;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>One origin of a crawl in the store, as the activation that took it over last.</summary>
internal sealed class OriginTable(IStore store, CrawlHostKey key)
{
    private readonly string _epoch = Guid.NewGuid().ToString("N");

    /// <summary>Makes this activation the one whose writes count, and tells how far the origin is.</summary>
    public async Task<OriginProgress> TakeOverAsync(CancellationToken cancellationToken)
    {
        await store.EnsureAsync(CrawlTable.Schema, cancellationToken);
        await store.WriteAsync(
            new StoreUnit(Of("INSERT INTO crawl_origin (crawl, origin, epoch) VALUES (@crawl, @origin, @epoch) ON CONFLICT (crawl, origin) DO UPDATE SET epoch = excluded.epoch", ("@epoch", _epoch))),
            cancellationToken);
        var found = await store.ReadAsync(
            Of("""
                SELECT (SELECT COUNT(*) FROM crawl_url WHERE crawl = @crawl AND origin = @origin AND state <> 1 AND state = 0),
                       (SELECT COALESCE(MAX(number), 0) FROM page WHERE crawl = @crawl AND origin = @origin),
                       (SELECT COUNT(*) FROM page WHERE crawl = @crawl AND origin = @origin AND attempts > 0)
                """),
            row => new OriginProgress(row.GetInt64(0), row.GetInt64(1), (int)row.GetInt64(2)),
            cancellationToken);
        return found[0];
    }

    /// <summary>Reads open URLs in their order.</summary>
    public Task<List<FrontierEntry>> ReadOpenAsync((int Depth, long Number) after, int limit, CancellationToken cancellationToken) => store.ReadAsync(
        Of("""
            SELECT hash, number, url, depth, referrer FROM crawl_url
            WHERE crawl = @crawl AND origin = @origin AND state <> 1 AND state = 0 AND (depth, number) > (@depth, @number) ORDER BY depth, number LIMIT @limit
            """,
            ("@depth", after.Depth), ("@number", after.Number), ("@limit", limit)),
        Entry,
        cancellationToken);

    /// <summary>Reads one URL if it is open.</summary>
    public async Task<FrontierEntry?> FindOpenAsync(UrlHash hash, CancellationToken cancellationToken)
    {
        var found = await store.ReadAsync(
            Of("SELECT hash, number, url, depth, referrer FROM crawl_url WHERE crawl = @crawl AND hash = @hash AND state = 0", ("@hash", hash.ToBytes())), Entry, cancellationToken);
        return found is [var entry] ? entry : null;
    }

    /// <summary>Reads the finished pages that were found again nearer to a seed: their links are to be handed on again.</summary>
    public Task<List<NearerPage>> ReadNearerAsync(CancellationToken cancellationToken) => store.ReadAsync(
        Of("SELECT hash, url, depth, links FROM crawl_url WHERE crawl = @crawl AND origin = @origin AND state <> 1 AND state = 2"),
        row => new NearerPage(UrlHash.From(row.GetFieldValue<byte[]>(0)), row.GetString(1), (int)row.GetInt64(2), PageRow.Split(row.GetString(3))),
        cancellationToken);

    /// <summary>Reads links to other origins that these have not acknowledged.</summary>
    public Task<List<StoredLink>> ReadLinksAsync(CancellationToken cancellationToken) => CrawlTable.ReadLinksAsync(store, key.CrawlId, key.Origin, 0, long.MaxValue, cancellationToken);

    /// <summary>Enters a URL unless it is known.</summary>
    public StoreStatement Insert(FrontierEntry entry) => Of(
        """
        INSERT INTO crawl_url (crawl, hash, origin, number, url, depth, referrer) VALUES (@crawl, @hash, @origin, @number, @url, @depth, @referrer)
        ON CONFLICT (crawl, hash) DO NOTHING
        """,
        ("@hash", entry.Hash.ToBytes()), ("@number", entry.Order.Number), ("@url", entry.Href), ("@depth", entry.Depth), ("@referrer", entry.Referrer));

    /// <summary>Gives a known URL a smaller depth; if it is done and has links that matter, they are to be handed on again.</summary>
    public StoreStatement Lower(UrlHash hash, int depth) => Of(
        "UPDATE crawl_url SET depth = @depth, state = CASE WHEN state = 1 AND links IS NOT NULL THEN 2 ELSE state END WHERE crawl = @crawl AND hash = @hash AND depth > @depth",
        ("@hash", hash.ToBytes()), ("@depth", depth));

    /// <summary>Ends an open URL, or one whose links were handed on again.</summary>
    /// <param name="hash">The URL.</param>
    /// <param name="links">The links that a smaller depth of the page would make matter again; <see langword="null"/> leaves them as they are.</param>
    public StoreStatement End(UrlHash hash, string? links) => Of(
        "UPDATE crawl_url SET state = 1, links = COALESCE(@links, links) WHERE crawl = @crawl AND hash = @hash", ("@hash", hash.ToBytes()), ("@links", links));

    /// <summary>Stores what became of a URL.</summary>
    public StoreStatement Insert(long number, PageRecord record) => PageRow.Insert(key.CrawlId, key.Origin, number, record);

    /// <summary>Keeps a link for another origin until that has it.</summary>
    public StoreStatement Insert(StoredLink link) => CrawlTable.Insert(key.CrawlId, key.Origin, link);

    /// <summary>Forgets links that their origin has.</summary>
    public StoreStatement DeleteLinks(string target, long upTo) => CrawlTable.DeleteLinks(key.CrawlId, key.Origin, target, upTo);

    /// <summary>Writes as long as this activation is the one whose writes count.</summary>
    public Task<StoreResult> WriteAsync(ImmutableArray<StoreStatement> statements, CancellationToken cancellationToken) => store.WriteAsync(
        new StoreUnit(statements) { Guard = Of("UPDATE crawl_origin SET epoch = @epoch WHERE crawl = @crawl AND origin = @origin AND epoch = @epoch", ("@epoch", _epoch)) }, cancellationToken);

    private static FrontierEntry Entry(DbDataReader row) => new(
        row.GetString(2), UrlHash.From(row.GetFieldValue<byte[]>(0)), row.GetInt64(1), (int)row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4));

    private StoreStatement Of(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        (string, object?)[] all = sql.Contains("@origin", StringComparison.Ordinal)
            ? [("@crawl", key.CrawlId), ("@origin", key.Origin), .. parameters]
            : [("@crawl", key.CrawlId), .. parameters];
        return new(sql, all);
    }
}

/// <summary>How far an origin is.</summary>
/// <param name="Open">URLs not done.</param>
/// <param name="LastPage">The number of its last page.</param>
/// <param name="Requested">Pages that were requested.</param>
internal sealed record OriginProgress(long Open, long LastPage, int Requested);

/// <summary>A finished page that was found again nearer to a seed.</summary>
internal sealed record NearerPage(UrlHash Hash, string Href, int Depth, ImmutableArray<string> Links);

/// <summary>A link on its way to another origin.</summary>
/// <param name="Number">Rises in the order links were found by its source.</param>
/// <param name="Target">The origin it leads to.</param>
/// <param name="Href">The URL.</param>
/// <param name="Depth">Its depth.</param>
/// <param name="Referrer">The page it is on; <see langword="null"/> for a seed.</param>
internal sealed record StoredLink(long Number, string Target, string Href, int Depth, string? Referrer);
