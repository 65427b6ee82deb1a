using System.Collections.Immutable;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

/// <summary>A page as the crawl had it the last time: what to ask with whether it has changed, and what it is if it has not.</summary>
internal sealed record PageBefore(string? Etag, string? LastModified, string? ContentType, string? Charset, long Bytes, string? Sha256, string? Title, ImmutableArray<string> Links)
{
    /// <summary>Finds a page of the time before.</summary>
    public static async Task<PageBefore?> FindAsync(IStore store, string crawl, string href, CancellationToken cancellationToken)
    {
        var found = await store.ReadAsync(
            new("SELECT etag, last_modified, content_type, charset, bytes, sha256, title, links FROM page_before WHERE crawl = @crawl AND hash = @hash",
                ("@crawl", crawl), ("@hash", UrlHash.Of(href).ToBytes())),
            row => new PageBefore(
                PageRow.Text(row, 0), PageRow.Text(row, 1), PageRow.Text(row, 2), PageRow.Text(row, 3), row.GetInt64(4), PageRow.Text(row, 5), PageRow.Text(row, 6), PageRow.Split(PageRow.Text(row, 7))),
            cancellationToken);
        return found is [var page] ? page : null;
    }

    /// <summary>Keeps the pages of a crawl that a server can be asked about. What is known of others from earlier times stays.</summary>
    public static StoreStatement Keep(string crawl) => new(
        """
        INSERT INTO page_before (crawl, hash, etag, last_modified, content_type, charset, bytes, sha256, title, links)
        SELECT page.crawl, crawl_url.hash, page.etag, page.last_modified, page.content_type, page.charset, page.bytes, page.sha256, page.title, page.links
        FROM page JOIN crawl_url ON crawl_url.crawl = page.crawl AND crawl_url.url = page.url AND crawl_url.sitemap IS NULL
        WHERE page.crawl = @crawl AND page.outcome = 'success' AND page.redirects IS NULL AND (page.etag IS NOT NULL OR page.last_modified IS NOT NULL)
        ON CONFLICT (crawl, hash) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified, content_type = excluded.content_type,
            charset = excluded.charset, bytes = excluded.bytes, sha256 = excluded.sha256, title = excluded.title, links = excluded.links
        """,
        ("@crawl", crawl));

    /// <summary>The answer that the page has not changed, with what it is.</summary>
    public PageFetch Unchanged(PageFetch answer) => answer with
    {
        ContentType = ContentType,
        Charset = Charset,
        Bytes = Bytes,
        Sha256 = Sha256,
        Title = Title,
        Links = Links,
        Etag = answer.Etag ?? Etag,
        LastModified = answer.LastModified ?? LastModified,
    };
}
