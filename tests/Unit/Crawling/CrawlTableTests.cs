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
        await table.WriteAsync([table.End(c.Hash, null)], Cancel);
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
