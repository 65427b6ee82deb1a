using System.Collections.Immutable;
using Orleans.Concurrency;
using OrleansAsync.Storage;

namespace OrleansAsync.Crawling;

[GrainType("oa.crawl-directory"), StatelessWorker]
internal sealed class CrawlDirectoryGrain(CrawlStore crawls, TimeProvider time) : Grain, ICrawlDirectoryGrain
{
    private const int PagesAtATime = 256;

    public async Task<ImmutableArray<CrawlInfo>> ListAsync()
    {
        var store = crawls.Get();
        var rows = await CrawlTable.ListAsync(store, CancellationToken.None);
        if (rows.Count == 0) return [];
        var sums = await store.ReadAsync(
            new StoreStatement("SELECT crawl, outcome, COUNT(*), CAST(SUM(bytes) AS BIGINT), COUNT(DISTINCT origin) FROM page GROUP BY crawl, outcome"),
            row => (Crawl: row.GetString(0), Outcome: PageRow.ReadOutcome(row.GetString(1)), Count: row.GetInt64(2), Bytes: row.GetInt64(3)),
            CancellationToken.None);
        var open = await store.ReadAsync(
            new StoreStatement("SELECT crawl, COUNT(*) FROM crawl_url WHERE state <> 1 GROUP BY crawl"), row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), CancellationToken.None);
        var (openOf, sumsOf, now) = (open.ToDictionary(), sums.ToLookup(sum => sum.Crawl), time.GetUtcNow());
        return
        [
            .. rows.Where(row => row.State != CrawlState.New).Select(row => new CrawlInfo(
                row.Id, row.State, row.Failure, sumsOf[row.Id].Aggregate(new CrawlTotals { Elapsed = row.Elapsed }, (totals, sum) => totals.Add(sum.Outcome, sum.Count, sum.Bytes)),
                openOf.GetValueOrDefault(row.Id), row.CreatedAt, row.EndedAt, row.State == CrawlState.Running && row.LeaseEnds < now)),
        ];
    }

    public async Task<StoredPages> ReadPagesAsync(string id, StoredPosition after, bool deliveredOnly)
    {
        var pages = await crawls.Get().ReadAsync(
            new StoreStatement(
                $"""
                SELECT origin, number, {PageRow.Columns} FROM page
                WHERE crawl = @crawl AND (origin, number) > (@origin, @number)
                AND (@all = 1 OR number <= (SELECT MAX(number) FROM crawl_delivery WHERE crawl_delivery.crawl = page.crawl AND crawl_delivery.origin = page.origin))
                ORDER BY origin, number LIMIT @limit
                """,
                ("@crawl", id), ("@origin", after.Origin), ("@number", after.Number), ("@all", deliveredOnly ? 0 : 1), ("@limit", PagesAtATime)),
            row => (Position: new StoredPosition(row.GetString(0), row.GetInt64(1)), Record: PageRow.Read(row, 2)),
            CancellationToken.None);
        return new StoredPages(pages.Count == 0 ? after : pages[^1].Position, [.. pages.Select(page => page.Record)]);
    }
}
