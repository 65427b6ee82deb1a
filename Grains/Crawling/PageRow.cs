using System.Collections.Immutable;
using System.Data.Common;
using System.Text;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>A <see cref="PageRecord"/> as a row of the table <c>page</c>.</summary>
internal static class PageRow
{
    /// <summary>The columns that <see cref="Read"/> wants, from the first on.</summary>
    public const string Columns =
        "url, final_url, outcome, status, error, depth, referrer, redirects, content_type, charset, bytes, sha256, title, links, attempts, fetched_at, elapsed_us, silo, etag, last_modified";

    private static readonly string[] Outcomes = ["success", "timeout", "error", "disallowed", "skipped"];

    /// <summary>Stores a record; a repetition changes nothing.</summary>
    public static StoreStatement Insert(string crawl, string origin, long number, PageRecord record) => new(
        $"""
        INSERT INTO page (crawl, origin, number, {Columns})
        VALUES (@crawl, @origin, @number, @url, @final, @outcome, @status, @error, @depth, @referrer, @redirects, @type, @charset, @bytes, @sha256, @title, @links, @attempts, @fetched, @elapsed, @silo, @etag, @modified)
        ON CONFLICT (crawl, origin, number) DO NOTHING
        """,
        ("@crawl", crawl), ("@origin", origin), ("@number", number), ("@url", Storable(record.Url)), ("@final", record.FinalUrl), ("@outcome", Outcomes[(int)record.Outcome]),
        ("@status", record.Status), ("@error", Storable(record.Error)), ("@depth", record.Depth), ("@referrer", record.Referrer), ("@redirects", Join(record.Redirects)),
        ("@type", Storable(record.ContentType)), ("@charset", Storable(record.Charset)), ("@bytes", record.Bytes), ("@sha256", record.Sha256), ("@title", Storable(record.Title)),
        ("@links", Join(record.Links)), ("@attempts", record.Attempts), ("@fetched", record.FetchedAt), ("@elapsed", (long)record.Elapsed.TotalMicroseconds), ("@silo", record.Silo),
        ("@etag", record.Etag), ("@modified", record.LastModified));

    /// <summary>Reads a record whose columns begin at a place.</summary>
    public static PageRecord Read(DbDataReader row, int first) => new()
    {
        Url = row.GetString(first),
        FinalUrl = Text(row, first + 1),
        Outcome = ReadOutcome(row.GetString(first + 2)),
        Status = row.IsDBNull(first + 3) ? null : (int)row.GetInt64(first + 3),
        Error = Text(row, first + 4),
        Depth = (int)row.GetInt64(first + 5),
        Referrer = Text(row, first + 6),
        Redirects = Split(Text(row, first + 7)),
        ContentType = Text(row, first + 8),
        Charset = Text(row, first + 9),
        Bytes = row.GetInt64(first + 10),
        Sha256 = Text(row, first + 11),
        Title = Text(row, first + 12),
        Links = Split(Text(row, first + 13)),
        Attempts = (int)row.GetInt64(first + 14),
        FetchedAt = row.IsDBNull(first + 15) ? null : row.GetFieldValue<DateTimeOffset>(first + 15),
        Elapsed = TimeSpan.FromMicroseconds(row.GetInt64(first + 16)),
        Silo = Text(row, first + 17),
        Etag = Text(row, first + 18),
        LastModified = Text(row, first + 19),
    };

    /// <summary>Reads the column <c>outcome</c>.</summary>
    public static PageOutcome ReadOutcome(string name) => (PageOutcome)Array.IndexOf(Outcomes, name);

    /// <summary>URLs as one text, one a line: a canonical URL has no line end in it.</summary>
    public static string? Join(ImmutableArray<string> urls) => urls.IsDefaultOrEmpty ? null : string.Join('\n', urls);

    /// <summary>Reads what <see cref="Join"/> gave.</summary>
    public static ImmutableArray<string> Split(string? urls) => urls is null ? [] : [.. urls.Split('\n')];

    /// <summary>The record as it comes back from the store, so that it does not matter whether it was there in between.</summary>
    public static PageRecord AsStored(PageRecord record) => record with
    {
        Url = Storable(record.Url)!,
        Error = record.Error is { } error ? Storable(ErrorLine.Of(error)) : null,
        ContentType = Storable(record.ContentType),
        Charset = Storable(record.Charset),
        Title = Storable(record.Title),
        FetchedAt = record.FetchedAt is { } at ? new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero) : null,
        Elapsed = TimeSpan.FromMicroseconds((long)record.Elapsed.TotalMicroseconds),
    };

    /// <summary>Reads a text that there may be.</summary>
    public static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>What a server says may hold what PostgreSQL cannot: U+0000, and halves of surrogate pairs.</summary>
    private static string? Storable(string? text) => text is null ? null : ReplaceHalves(text.Replace('\0', '\uFFFD'));

    // Encoding replaces half a pair by U+FFFD.
    private static string ReplaceHalves(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
}
