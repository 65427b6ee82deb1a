using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Crawling;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>What is stored of a crawl, whichever database it is in.</summary>
public abstract class CrawlTableTests : IAsyncLifetime
{
    private static readonly CrawlHostKey Key = new("c", "http://a.test");

    private static readonly PageRecord Record = new()
    {
        Url = "http://a.test/",
        FinalUrl = "http://a.test/x",
        Outcome = PageOutcome.Timeout,
        Status = 200,
        Error = "e",
        Depth = 1,
        Referrer = "http://a.test/r",
        Redirects = ["http://a.test/y", "http://a.test/x"],
        ContentType = "text/html",
        Charset = "utf-8",
        Bytes = 2,
        Sha256 = "s",
        Title = "Ü \U0001F600",
        Links = ["http://a.test/1", "http://b.test/2"],
        Attempts = 3,
        FetchedAt = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        Elapsed = TimeSpan.FromMilliseconds(12.345),
        Silo = "silo",
        Etag = "\"e\"",
        LastModified = "Thu, 01 Jan 2026 00:00:00 GMT",
    };

    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private IStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => _store = await CreateAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<IStore> CreateAsync();

    [Fact]
    public async Task Urls_come_back_in_their_order_and_are_known_by_their_hash()
    {
        var table = await OpenAsync();
        var (a, b, c) = (Entry("a", 2, 2), Entry("b", 1, 1), Entry("c", 3, 1));
        var first = await table.WriteAsync([table.Insert(a), table.Insert(b), table.Insert(c), table.Insert(a)], Cancel);
        Assert.Equal([1, 1, 1, 0], first.Affected);
        Assert.Equal([1, 0, 0], (await table.WriteAsync([table.Lower(a.Hash, 1), table.Lower(a.Hash, 1), table.Lower(b.Hash, 5)], Cancel)).Affected);

        Assert.Equal(["b", "a", "c"], (await table.ReadOpenAsync((int.MinValue, long.MinValue), 10, Cancel)).Select(static entry => entry.Href));
        Assert.Equal(["a", "c"], (await table.ReadOpenAsync((1, 1), 10, Cancel)).Select(static entry => entry.Href));
        Assert.Equal(["b"], (await table.ReadOpenAsync((int.MinValue, long.MinValue), 1, Cancel)).Select(static entry => entry.Href));
        var found = await table.FindOpenAsync(c.Hash, Cancel);
        Assert.Equal((c.Hash, c.Order, "r"), (found!.Hash, found.Order, found.Referrer));
        Assert.Null(found.Sitemap);
        await table.WriteAsync([table.Insert(new FrontierEntry("s", UrlHash.Of("sitemap s"), 9, 0, null) { Sitemap = Sitemap.GuessedLevel })], Cancel);
        Assert.Equal(("s", Sitemap.GuessedLevel), ((await table.FindOpenAsync(UrlHash.Of("sitemap s"), Cancel))!.Href, (await table.ReadOpenAsync((int.MinValue, 0), 1, Cancel))[0].Sitemap));
        await table.WriteAsync([table.End(c.Hash, null), table.End(UrlHash.Of("sitemap s"), null)], Cancel);
        Assert.Null(await table.FindOpenAsync(c.Hash, Cancel));
        Assert.Equal(2, (await new OriginTable(_store, Key).TakeOverAsync(Cancel)).Open);
    }

    [Fact]
    public async Task A_finished_page_found_nearer_is_to_hand_its_links_on_until_it_did()
    {
        var table = await OpenAsync();
        var (page, leaf) = (Entry("p", 1, 3), Entry("l", 2, 3));
        await table.WriteAsync([table.Insert(page), table.Insert(leaf), table.End(page.Hash, "http://x/\nhttp://y/"), table.End(leaf.Hash, null)], Cancel);
        Assert.Empty(await table.ReadNearerAsync(Cancel));

        await table.WriteAsync([table.Lower(page.Hash, 1), table.Lower(leaf.Hash, 1)], Cancel);

        var again = Assert.Single(await table.ReadNearerAsync(Cancel));
        Assert.Equal((page.Hash, "p", 1, "http://x/ http://y/"), (again.Hash, again.Href, again.Depth, string.Join(' ', again.Links)));
        await table.WriteAsync([table.End(page.Hash, null)], Cancel);
        Assert.Empty(await table.ReadNearerAsync(Cancel));
        // Nearer still: its links were kept.
        await table.WriteAsync([table.Lower(page.Hash, 0)], Cancel);
        Assert.Equal(2, Assert.Single(await table.ReadNearerAsync(Cancel)).Links.Length);
    }

    [Fact]
    public async Task Only_the_activation_that_came_last_writes()
    {
        var first = await OpenAsync();
        await first.WriteAsync([first.Insert(Entry("a", 1, 0)), first.Insert(1, Record)], Cancel);
        var second = new OriginTable(_store, Key);

        Assert.Equal(new OriginProgress(1, 1, 1), await second.TakeOverAsync(Cancel));
        Assert.False((await first.WriteAsync([first.Insert(Entry("b", 2, 0))], Cancel)).Applied);
        Assert.True((await second.WriteAsync([second.Insert(Entry("b", 2, 0))], Cancel)).Applied);
    }

    [Fact]
    public async Task A_page_comes_back_as_it_was_and_a_repetition_changes_nothing()
    {
        var (table, crawl) = (await OpenAsync(), Crawl());
        var bare = new PageRecord { Url = "nonsense", Outcome = PageOutcome.Skipped };
        await table.WriteAsync([table.Insert(1, Record), table.Insert(2, bare), table.Insert(2, Record)], Cancel);

        var pages = await crawl.ReadPagesAsync(Key.Origin, 0, 10, Cancel);

        Assert.Equal([(1L, Text(PageRow.AsStored(Record))), (2L, Text(bare))], pages.Select(static page => (page.Number, Text(page.Record))));
        Assert.Equal(Record.Elapsed, pages[0].Record.Elapsed);
        Assert.Equal("a\uFFFDb\uFFFD", PageRow.AsStored(bare with { Title = "a\0b\uD800" }).Title);
    }

    [Fact]
    public async Task Pages_of_one_content_are_duplicates_but_for_one()
    {
        var table = await OpenAsync();
        var page = new PageRecord { Url = "u", Outcome = PageOutcome.Success, Sha256 = "a", Bytes = 1 };
        PageRecord[] pages =
        [
            page, page, page, page with { Sha256 = "b" }, page with { Sha256 = "b" }, page with { Sha256 = "c" },
            page with { Redirects = ["x"] }, page with { Outcome = PageOutcome.Error }, page with { Bytes = 0 }, page with { Sha256 = null },
        ];
        await table.WriteAsync([.. pages.Select((record, i) => table.Insert(i + 1, record))], Cancel);

        Assert.Equal(3, await CrawlTable.CountDuplicatesAsync(_store, Key.CrawlId, Cancel));
        Assert.Equal(0, await CrawlTable.CountDuplicatesAsync(_store, "another", Cancel));
    }

    [Fact]
    public async Task A_crawl_begun_again_knows_the_pages_servers_can_be_asked_about()
    {
        var crawl = Crawl();
        await crawl.CreateAsync(Cancel);
        var fine = Record with { Outcome = PageOutcome.Success, Redirects = [], FinalUrl = "http://a.test/" };
        await RunAsync(fine, fine with { Url = "http://a.test/plain", Etag = null, LastModified = null }, fine with { Url = "http://a.test/moved", Redirects = ["x"] }, fine with { Url = "http://a.test/failed", Outcome = PageOutcome.Error });

        Assert.True(await crawl.BeginAgainAsync());

        Assert.Equal(CrawlState.New, (await crawl.FindAsync(Cancel))!.State);
        Assert.Empty(await crawl.ReadPagesAsync(Key.Origin, 0, 10, Cancel));
        var before = await FindAsync("http://a.test/");
        Assert.Equal((fine.Etag, fine.LastModified, fine.ContentType, fine.Charset, fine.Bytes, fine.Sha256, fine.Title), (before!.Etag, before.LastModified, before.ContentType, before.Charset, before.Bytes, before.Sha256, before.Title));
        Assert.Equal(fine.Links, before.Links);
        Assert.All([await FindAsync("http://a.test/plain"), await FindAsync("http://a.test/moved"), await FindAsync("http://a.test/failed")], Assert.Null);

        // What comes later goes before; what is not met again stays known.
        Assert.True(await crawl.CreateAsync(Cancel));
        await RunAsync(fine with { Url = "http://a.test/new" });
        await crawl.BeginAgainAsync();
        await crawl.CreateAsync(Cancel);
        await RunAsync(fine with { Etag = "2" });
        await crawl.BeginAgainAsync();
        Assert.Equal(("2", fine.Etag), ((await FindAsync("http://a.test/"))!.Etag, (await FindAsync("http://a.test/new"))!.Etag));
        Assert.True(await crawl.DeleteAsync());
        Assert.Null(await FindAsync("http://a.test/"));

        async Task RunAsync(params PageRecord[] pages)
        {
            await crawl.StartAsync([1], []);
            var table = await OpenAsync();
            await table.WriteAsync([.. pages.SelectMany((page, i) => new[] { table.Insert(new FrontierEntry(page.Url, UrlHash.Of(page.Url), i, 0, null)), table.Insert(i + 1, page) })], Cancel);
        }

        Task<PageBefore?> FindAsync(string href) => PageBefore.FindAsync(_store, Key.CrawlId, href, Cancel);
    }

    [Fact]
    public async Task Cookies_of_an_origin_outlive_its_activation()
    {
        var table = await OpenAsync();
        Assert.Null(await table.ReadCookiesAsync(Cancel));
        await table.WriteAsync([table.SetCookies("a\nb")], Cancel);

        Assert.Equal("a\nb", await (await OpenAsync()).ReadCookiesAsync(Cancel));
    }

    [Fact]
    public async Task Counts_of_urls_that_look_endless_come_back_the_greatest_first()
    {
        var table = await OpenAsync();
        TrapCount few = new(new(TrapRule.Queries, UrlHash.Of("a")), 2), many = few with { Key = new(TrapRule.Queries, UrlHash.Of("b")) }, left = new(default, 1);
        await table.WriteAsync([table.Set(few), table.Set(many), table.Set(left)], Cancel);
        await table.WriteAsync([table.Set(many with { Count = 9 })], Cancel);

        Assert.Equal([left, many with { Count = 9 }, few], await table.ReadTrapsAsync(Cancel));
        Assert.Equal([(Key.Origin, 1L)], await Crawl().ReadLeftOutAsync(Cancel));
    }

    [Fact]
    public async Task A_crawl_ends_when_nothing_is_open_and_nothing_on_its_way()
    {
        var crawl = Crawl();
        Assert.True(await crawl.CreateAsync(Cancel));
        await crawl.StartAsync([1], []);
        var table = await OpenAsync();
        var entry = Entry("a", 1, 0);
        var link = new StoredLink(7, "http://b.test", "http://b.test/", 1, "a");
        await table.WriteAsync([table.Insert(entry), table.Insert(link)], Cancel);

        Assert.Equal(CrawlEnd.Unfinished, await crawl.EndAsync(CrawlState.Finished, null, TimeSpan.Zero));
        Assert.Equal([Key.Origin], await crawl.FindUnfinishedAsync(Cancel));
        Assert.Equal([link], await table.ReadLinksAsync(Cancel));
        await table.WriteAsync([table.End(entry.Hash, null)], Cancel);
        Assert.Equal(CrawlEnd.Unfinished, await crawl.EndAsync(CrawlState.Finished, null, TimeSpan.Zero));
        await table.WriteAsync([table.DeleteLinks("http://b.test", 7)], Cancel);
        Assert.Empty(await crawl.FindUnfinishedAsync(Cancel));
        Assert.Equal(CrawlEnd.Ended, await crawl.EndAsync(CrawlState.Finished, null, TimeSpan.FromSeconds(5)));
        Assert.Equal((CrawlState.Finished, TimeSpan.FromSeconds(5)), ((await crawl.FindAsync(Cancel))!.State, (await crawl.FindAsync(Cancel))!.Elapsed));
    }

    [Fact]
    public async Task A_crawl_belongs_to_one_activation_and_to_a_cluster_while_its_lease_lasts()
    {
        var (first, second, other) = (Crawl(), Crawl(), new CrawlTable(_store, "c", "elsewhere", _time));
        Assert.True(await first.CreateAsync(Cancel));
        await first.StartAsync([1], []);
        Assert.False(await other.CreateAsync(Cancel));
        Assert.False(await other.TakeOverAsync(Cancel));
        Assert.True(await second.TakeOverAsync(Cancel));
        Assert.Equal(CrawlEnd.Superseded, await first.EndAsync(CrawlState.Paused, null, TimeSpan.Zero));
        Assert.True(await second.RenewAsync(TimeSpan.FromSeconds(1)));

        _time.Advance(CrawlTable.LeaseDuration + TimeSpan.FromSeconds(1));

        Assert.True(await other.TakeOverAsync(Cancel));
        Assert.False(await second.RenewAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task What_was_delivered_and_the_files_are_kept_together_and_all_goes_with_the_crawl()
    {
        var crawl = Crawl();
        await crawl.CreateAsync(Cancel);
        var table = await OpenAsync();
        await crawl.AddSeedsAsync([new StoredLink(1, "http://a.test", "http://a.test/", 0, null)], [(1, new PageRecord { Url = "x", Outcome = PageOutcome.Error })]);
        await crawl.StartAsync([1], []);
        await table.WriteAsync([table.Insert(1, Record), table.Insert(2, Record)], Cancel);

        Assert.True(await crawl.DeliverAsync([(Key.Origin, 2)], [new CrawlOutput("/f", 10)]));
        Assert.True(await crawl.DeliverAsync([("", 1)], [new CrawlOutput("/f", 20)]));

        Assert.Equal([new CrawlOutput("/f", 20)], await crawl.ReadOutputsAsync(Cancel));
        var (delivered, outcomes) = await crawl.SumUpAsync(Cancel);
        Assert.Equal([new DeliveryRow("", 1), new(Key.Origin, 2)], delivered.OrderBy(static row => row.Origin, StringComparer.Ordinal));
        Assert.Equal(
            [new OutcomeRow("", PageOutcome.Error, null, 1, 0, 0, 1), new(Key.Origin, PageOutcome.Timeout, "silo", 2, 4, 2, 2)],
            outcomes.OrderBy(static row => row.Origin, StringComparer.Ordinal));
        Assert.Single(await crawl.ReadSeedsAsync(0, 10));
        Assert.Equal("c", Assert.Single(await CrawlTable.ListAsync(_store, Cancel)).Id);
        Assert.True(await crawl.DeleteAsync());
        Assert.Null(await crawl.FindAsync(Cancel));
        Assert.Empty(await crawl.ReadPagesAsync(Key.Origin, 0, 10, Cancel));
        Assert.Empty(await crawl.ReadSeedsAsync(0, 10));
    }

    private static FrontierEntry Entry(string url, long number, int depth) => new(url, UrlHash.Of(url), number, depth, "r");

    private static string Text(PageRecord record) => $"{record with { Links = [], Redirects = [] }} {string.Join(' ', record.Links)} {string.Join(' ', record.Redirects)}";

    private CrawlTable Crawl() => new(_store, "c", "here", _time);

    private async Task<OriginTable> OpenAsync()
    {
        var table = new OriginTable(_store, Key);
        await table.TakeOverAsync(Cancel);
        return table;
    }
}

public sealed class SqliteCrawlTableTests : CrawlTableTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private protected override Task<IStore> CreateAsync() => Task.FromResult<IStore>(new SqliteStore(Path.Combine(_folder, "store.db")));
}

public sealed class PostgreSqlCrawlTableTests(PostgreSqlServer server) : CrawlTableTests
{
    private protected override async Task<IStore> CreateAsync() =>
        new PostgreSqlStore(PostgreSqlDatabase.Parse(await server.CreateDatabaseAsync(), "the test"), TimeProvider.System);
}
