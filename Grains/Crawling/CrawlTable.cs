using System.Collections.Immutable;
using System.Data.Common;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>One crawl in the store, as the activation that took it over last.</summary>
/// <param name="store">The store.</param>
/// <param name="id">The crawl.</param>
/// <param name="cluster">This cluster: another one that has the crawl keeps it while its lease lasts.</param>
/// <param name="time">The clock.</param>
internal sealed class CrawlTable(IStore store, string id, string cluster, TimeProvider time)
{
    /// <summary>How long a crawl belongs to a cluster that is not heard of.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(10);

    internal static readonly StoreSchema Schema = StoreSchema.Embedded("crawl", 1);

    private readonly string _epoch = Guid.NewGuid().ToString("N");

    private DateTimeOffset LeaseEnds => time.GetUtcNow() + LeaseDuration;

    /// <summary>Reads all crawls, the latest first.</summary>
    public static async Task<List<CrawlRow>> ListAsync(IStore store, CancellationToken cancellationToken)
    {
        if (!store.Exists) return [];
        await store.EnsureAsync(Schema, cancellationToken);
        return await store.ReadAsync(new($"SELECT {CrawlRow.Columns} FROM crawl ORDER BY created_at DESC, id"), CrawlRow.Read, cancellationToken);
    }

    /// <summary>Counts the pages whose content another page has too, of each content all but one. What a redirect led to is no page of its own.</summary>
    public static async Task<long> CountDuplicatesAsync(IStore store, string crawl, CancellationToken cancellationToken)
    {
        var count = await store.ReadAsync(
            new("SELECT COUNT(sha256) - COUNT(DISTINCT sha256) FROM page WHERE crawl = @crawl AND outcome = 'success' AND bytes > 0 AND redirects IS NULL", ("@crawl", crawl)),
            row => row.GetInt64(0),
            cancellationToken);
        return count[0];
    }

    /// <summary>Reads links of a source, in their order.</summary>
    public static Task<List<StoredLink>> ReadLinksAsync(IStore store, string crawl, string source, long after, long limit, CancellationToken cancellationToken) => store.ReadAsync(
        new("SELECT number, target, url, depth, referrer FROM crawl_link WHERE crawl = @crawl AND source = @source AND number > @after ORDER BY number LIMIT @limit",
            ("@crawl", crawl), ("@source", source), ("@after", after), ("@limit", limit)),
        row => new StoredLink(row.GetInt64(0), row.GetString(1), row.GetString(2), (int)row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4)),
        cancellationToken);

    /// <summary>Keeps a link until its target has it.</summary>
    public static StoreStatement Insert(string crawl, string source, StoredLink link) => new(
        """
        INSERT INTO crawl_link (crawl, source, number, target, url, depth, referrer) VALUES (@crawl, @source, @number, @target, @url, @depth, @referrer)
        ON CONFLICT (crawl, source, number) DO NOTHING
        """,
        ("@crawl", crawl), ("@source", source), ("@number", link.Number), ("@target", link.Target), ("@url", link.Href), ("@depth", link.Depth), ("@referrer", link.Referrer));

    /// <summary>Forgets the links to a target up to a number.</summary>
    public static StoreStatement DeleteLinks(string crawl, string source, string target, long upTo) => new(
        "DELETE FROM crawl_link WHERE crawl = @crawl AND source = @source AND target = @target AND number <= @number",
        ("@crawl", crawl), ("@source", source), ("@target", target), ("@number", upTo));

    /// <summary>Finds the crawl.</summary>
    public async Task<CrawlRow?> FindAsync(CancellationToken cancellationToken)
    {
        if (!store.Exists) return null;
        await store.EnsureAsync(Schema, cancellationToken);
        var rows = await store.ReadAsync(Of($"SELECT {CrawlRow.Columns} FROM crawl WHERE id = @crawl"), CrawlRow.Read, cancellationToken);
        return rows is [var row] ? row : null;
    }

    /// <summary>Creates the crawl, without seeds; whatever there was of one that never started goes.</summary>
    /// <returns>False if there is one that was started.</returns>
    public async Task<bool> CreateAsync(CancellationToken cancellationToken)
    {
        await store.EnsureAsync(Schema, cancellationToken);
        var created = await store.WriteAsync(
            new StoreUnit([.. DeleteRows()])
            {
                Guard = Of(
                    """
                    INSERT INTO crawl (id, cluster, epoch, lease_ends, state, created_at) VALUES (@crawl, @cluster, @epoch, @ends, 0, @now)
                    ON CONFLICT (id) DO UPDATE SET cluster = excluded.cluster, epoch = excluded.epoch, lease_ends = excluded.lease_ends, created_at = excluded.created_at WHERE crawl.state = 0
                    """,
                    ("@cluster", cluster), ("@epoch", _epoch), ("@ends", LeaseEnds), ("@now", time.GetUtcNow())),
            },
            cancellationToken);
        return created.Applied;
    }

    /// <summary>Makes this activation the one whose writes count.</summary>
    /// <returns>False if another cluster has the crawl.</returns>
    public async Task<bool> TakeOverAsync(CancellationToken cancellationToken)
    {
        var taken = await store.WriteAsync(
            new StoreUnit(Of(
                "UPDATE crawl SET epoch = @epoch, cluster = @cluster, lease_ends = @ends WHERE id = @crawl AND (cluster = @cluster OR lease_ends < @now)",
                ("@epoch", _epoch), ("@cluster", cluster), ("@ends", LeaseEnds), ("@now", time.GetUtcNow()))),
            cancellationToken);
        return taken.Affected is [1];
    }

    /// <summary>Sums up the pages of all origins.</summary>
    public async Task<(List<DeliveryRow> Delivered, List<OutcomeRow> Outcomes)> SumUpAsync(CancellationToken cancellationToken)
    {
        var delivered = await store.ReadAsync(
            Of("SELECT origin, number FROM crawl_delivery WHERE crawl = @crawl"), row => new DeliveryRow(row.GetString(0), row.GetInt64(1)), cancellationToken);
        var outcomes = await store.ReadAsync(
            Of("""
                SELECT origin, outcome, silo, COUNT(*), CAST(SUM(bytes) AS BIGINT), CAST(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END) AS BIGINT), MAX(number)
                FROM page WHERE crawl = @crawl GROUP BY origin, outcome, silo
                """),
            row => new OutcomeRow(
                row.GetString(0), PageRow.ReadOutcome(row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6)),
            cancellationToken);
        return (delivered, outcomes);
    }

    /// <summary>Reads how many links of each origin were left out without a record.</summary>
    public Task<List<(string Origin, long Count)>> ReadLeftOutAsync(CancellationToken cancellationToken) => store.ReadAsync(
        Of("SELECT origin, count FROM crawl_trap WHERE crawl = @crawl AND rule = 0"), row => (row.GetString(0), row.GetInt64(1)), cancellationToken);

    /// <summary>Finds the origins that have something to do.</summary>
    public Task<List<string>> FindUnfinishedAsync(CancellationToken cancellationToken) => store.ReadAsync(
        Of("SELECT DISTINCT origin FROM crawl_url WHERE crawl = @crawl AND state <> 1 UNION SELECT DISTINCT source FROM crawl_link WHERE crawl = @crawl AND source <> ''"),
        row => row.GetString(0),
        cancellationToken);

    /// <summary>Adds seeds, and the records of those that are none.</summary>
    public Task<bool> AddSeedsAsync(IEnumerable<StoredLink> seeds, IEnumerable<(long Number, PageRecord Record)> malformed) => WriteAsync(
        [.. seeds.Select(seed => Insert(id, "", seed)), .. malformed.Select(page => PageRow.Insert(id, "", page.Number, page.Record))]);

    /// <summary>Reads seeds that their origins do not have yet.</summary>
    public Task<List<StoredLink>> ReadSeedsAsync(long after, int limit) => ReadLinksAsync(store, id, "", after, limit, CancellationToken.None);

    /// <summary>Forgets seeds that their origin has.</summary>
    public Task<bool> DeleteSeedsAsync(string target, long upTo) => WriteAsync([DeleteLinks(id, "", target, upTo)]);

    /// <summary>Starts the crawl, for the first time or again.</summary>
    public Task<bool> StartAsync(byte[] setup, IEnumerable<CrawlOutput> outputs) => WriteAsync(
    [
        Of("UPDATE crawl SET state = @state, setup = @setup, failure = NULL, ended_at = NULL WHERE id = @crawl", ("@state", CrawlState.Running), ("@setup", setup)),
        .. outputs.Select(Put),
    ]);

    /// <summary>Keeps the crawl for this cluster.</summary>
    public Task<bool> RenewAsync(TimeSpan elapsed) => WriteAsync([Of(
        "UPDATE crawl SET lease_ends = @ends, elapsed_ms = @elapsed WHERE id = @crawl", ("@ends", LeaseEnds), ("@elapsed", (long)elapsed.TotalMilliseconds))]);

    /// <summary>Ends the crawl, or pauses it. It is finished only if no URL is open and no link on its way.</summary>
    /// <returns>Whether that was so.</returns>
    public async Task<CrawlEnd> EndAsync(CrawlState state, string? failure, TimeSpan elapsed)
    {
        var ended = await store.WriteAsync(
            new StoreUnit(Of(
                """
                UPDATE crawl SET state = @state, failure = @failure, ended_at = @now, lease_ends = @now, elapsed_ms = @elapsed WHERE id = @crawl AND (@open = 1 OR (
                    NOT EXISTS (SELECT 1 FROM crawl_url WHERE crawl = @crawl AND state <> 1) AND NOT EXISTS (SELECT 1 FROM crawl_link WHERE crawl = @crawl)))
                """,
                ("@state", state), ("@failure", failure), ("@now", time.GetUtcNow()), ("@elapsed", (long)elapsed.TotalMilliseconds), ("@open", state == CrawlState.Finished ? 0 : 1)))
            {
                Guard = Guard,
            },
            CancellationToken.None);
        return !ended.Applied ? CrawlEnd.Superseded : ended.Affected is [1] ? CrawlEnd.Ended : CrawlEnd.Unfinished;
    }

    /// <summary>Notes what the follower has in safety, and how long its files are with that.</summary>
    public Task<bool> DeliverAsync(IEnumerable<(string Origin, long Number)> pages, IEnumerable<CrawlOutput> outputs) => WriteAsync(
    [
        .. pages.Select(page => Of(
            """
            INSERT INTO crawl_delivery (crawl, origin, number) VALUES (@crawl, @origin, @number)
            ON CONFLICT (crawl, origin) DO UPDATE SET number = excluded.number
            """,
            ("@origin", page.Origin), ("@number", page.Number))),
        .. outputs.Select(Put),
    ]);

    /// <summary>Reads the files the records go to.</summary>
    public Task<List<CrawlOutput>> ReadOutputsAsync(CancellationToken cancellationToken) => store.ReadAsync(
        Of("SELECT path, length FROM crawl_output WHERE crawl = @crawl ORDER BY path"), row => new CrawlOutput(row.GetString(0), row.GetInt64(1)), cancellationToken);

    /// <summary>Reads pages of an origin, in their order.</summary>
    public Task<List<(long Number, PageRecord Record)>> ReadPagesAsync(string origin, long after, int limit, CancellationToken cancellationToken) => store.ReadAsync(
        Of($"SELECT number, {PageRow.Columns} FROM page WHERE crawl = @crawl AND origin = @origin AND number > @after ORDER BY number LIMIT @limit",
            ("@origin", origin), ("@after", after), ("@limit", limit)),
        row => (row.GetInt64(0), PageRow.Read(row, 1)),
        cancellationToken);

    /// <summary>Deletes the crawl and all it has.</summary>
    public Task<bool> DeleteAsync() => WriteAsync([.. DeleteRows(), Of("DELETE FROM page_before WHERE crawl = @crawl"), Of("DELETE FROM crawl WHERE id = @crawl")]);

    /// <summary>Makes the crawl one that was never started; only what servers can be asked with stays.</summary>
    public Task<bool> BeginAgainAsync() => WriteAsync([
        PageBefore.Keep(id), .. DeleteRows(), Of("UPDATE crawl SET state = @state, setup = NULL, failure = NULL, ended_at = NULL, elapsed_ms = 0 WHERE id = @crawl", ("@state", CrawlState.New))]);

    private StoreStatement Put(CrawlOutput output) => Of(
        "INSERT INTO crawl_output (crawl, path, length) VALUES (@crawl, @path, @length) ON CONFLICT (crawl, path) DO UPDATE SET length = excluded.length",
        ("@path", output.Path), ("@length", output.Length));

    private StoreStatement Guard => Of("UPDATE crawl SET epoch = @epoch WHERE id = @crawl AND epoch = @epoch", ("@epoch", _epoch));

    private async Task<bool> WriteAsync(ImmutableArray<StoreStatement> statements) => (await store.WriteAsync(new StoreUnit(statements) { Guard = Guard }, CancellationToken.None)).Applied;

    private IEnumerable<StoreStatement> DeleteRows() =>
        from table in (string[])["crawl_origin", "crawl_delivery", "crawl_url", "crawl_link", "crawl_trap", "page", "crawl_output"] select Of($"DELETE FROM {table} WHERE crawl = @crawl");

    private StoreStatement Of(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        (string, object?)[] all = [("@crawl", id), .. parameters];
        return new(sql, all);
    }
}

/// <summary>What came of the wish to end a crawl.</summary>
internal enum CrawlEnd
{
    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>Something is left to do.</summary>
    Unfinished,

    /// <summary>Another activation has the crawl.</summary>
    Superseded,
}

/// <summary>A crawl in the store.</summary>
internal sealed record CrawlRow(string Id, string Cluster, DateTimeOffset LeaseEnds, CrawlState State, byte[]? Setup, string? Failure, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, TimeSpan Elapsed)
{
    public const string Columns = "id, cluster, lease_ends, state, setup, failure, created_at, ended_at, elapsed_ms";

    public static CrawlRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), (CrawlState)row.GetInt64(3), row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
        row.IsDBNull(5) ? null : row.GetString(5), row.GetFieldValue<DateTimeOffset>(6), row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7), TimeSpan.FromMilliseconds(row.GetInt64(8)));
}

/// <summary>Up to which page of an origin the follower has them.</summary>
internal sealed record DeliveryRow(string Origin, long Number);

/// <summary>Sums over the pages of an origin.</summary>
internal sealed record OutcomeRow(string Origin, PageOutcome Outcome, string? Silo, long Count, long Bytes, long Requested, long LastNumber);
