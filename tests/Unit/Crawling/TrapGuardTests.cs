using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class TrapGuardTests
{
    private const int Records = TrapGuard.RecordsPerTrap;

    [Theory]
    [InlineData("/docs/16/sql-select.html")]
    [InlineData("/a/b/a/b/a/b/")]
    [InlineData("/2024/11/11/11/11/11")]
    [InlineData("/viewtopic.php?t=5")]
    [InlineData("/")]
    public void Urls_of_sites_made_by_people_are_entered_unnoticed(string path)
    {
        Assert.True(new TrapGuard(new TrapLimits()).TryEnter("http://a.test" + path, 3, out var mark));
        Assert.Null(mark);
    }

    [Fact]
    public void No_url_of_the_reference_sites_is_noticed()
    {
        var urls = Directory.GetFiles(SharedReference.Find("sites"), "*.urls.tsv").SelectMany(File.ReadLines).Select(static line => line.Split('\t')[0]).ToArray();
        var guard = new TrapGuard(new TrapLimits());

        Assert.NotEmpty(urls);
        foreach (var url in urls) Assert.True(guard.TryEnter(url, 20, out var mark) && mark is null, url);
    }

    [Theory]
    [InlineData("/deep/deep/deep/deep/", "one segment more than 3 times")]
    [InlineData("/a/b/a/b/a/b/a/b", "one segment more than 3 times")]
    [InlineData("/en/x/en/y/en/z/en/", "one segment more than 3 times")]
    [InlineData("/////x", "one segment more than 3 times")]
    [InlineData("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30/31/32/33/34/35/36/37/38/39/40/41", "more than 40 segments")]
    public void A_url_that_breaks_a_rule_alone_is_refused(string path, string reason)
    {
        var guard = new TrapGuard(new TrapLimits());

        Assert.True(guard.TryEnter("http://a.test" + path, 1, out var mark));
        Assert.Contains(reason, mark!.Refusal, StringComparison.Ordinal);
        Assert.Contains(reason, guard.Refuse("http://a.test" + path, 1), StringComparison.Ordinal);
        Assert.True(new TrapGuard(TrapLimits.None).TryEnter("http://a.test" + path, 1, out mark));
        Assert.Null(mark);
    }

    [Fact]
    public void A_long_url_is_refused_and_one_that_was_given_is_not()
    {
        var (guard, href) = (new TrapGuard(new TrapLimits()), "http://a.test/" + new string('x', 4096));

        guard.TryEnter(href, 1, out var found);
        guard.TryEnter(href, 0, out var given);

        Assert.Equal("URL of more than 4096 characters (see --traps length)", found!.Refusal);
        Assert.Null(given);
        Assert.Null(guard.Refuse(href, 0));
    }

    [Theory]
    [InlineData("http://a.test/list?a={0}&b=1", 1, "different queries of one path")]
    [InlineData("http://a.test/{0}/x", 51, "each more than 50 links away")]
    [InlineData("http://a.test/calendar?m={0}", 51, "each more than 50 links away")]
    [InlineData("http://a.test/page?x=1&sid={0}", 1, "differ in a session id alone")]
    [InlineData("http://a.test/page;jsessionid={0}?x=1", 1, "differ in a session id alone")]
    [InlineData("http://a.test/page?PHPSESSID={0}", 1, "differ in a session id alone")]
    public void Urls_alike_are_entered_up_to_the_limit_then_some_have_a_record_and_the_others_are_counted(string format, int depth, string reason)
    {
        var guard = new TrapGuard(new TrapLimits { Queries = 7, Endless = 7, Sessions = 7 });

        var marks = Enter(guard, format, depth, 7 + Records + 5);

        Assert.All(marks[..7], static mark => Assert.True(mark is { IsEntered: true, Refusal: null }));
        Assert.All(marks[7..(7 + Records)], mark => Assert.True(mark.IsEntered && mark.Refusal!.Contains(reason, StringComparison.Ordinal)));
        Assert.EndsWith("further ones are left out without a record", marks[7 + Records - 1].Refusal, StringComparison.Ordinal);
        Assert.All(marks[(7 + Records)..], static mark => Assert.False(mark.IsEntered));
        Assert.Equal(5, guard.LeftOut);
    }

    [Fact]
    public void A_url_that_was_known_does_not_count()
    {
        var guard = new TrapGuard(new TrapLimits { Queries = 2 });
        for (var i = 0; i < 100; i++)
        {
            Assert.True(guard.TryEnter("http://a.test/?a=1&b=2", 1, out var known));
            Assert.Null(known!.Refusal);
            guard.Forget(known);
        }

        Assert.Equal([null, null, true], Enter(guard, "http://a.test/?a=1&b={0}", 1, 3).Select(static mark => mark.Refusal is null ? (bool?)null : true));
    }

    [Fact]
    public void Pages_alike_with_one_content_close_their_pattern()
    {
        var guard = new TrapGuard(new TrapLimits { Same = 5 });
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(guard.Refuse("http://a.test/p/99?x", 1));
            guard.OnFetched($"http://a.test/p/{i}?x={i}", "one");
        }

        Assert.Equal("more than 5 such pages have the same content (see --traps same)", guard.Refuse("http://a.test/p/99?x", 1));
        Assert.Null(guard.Refuse("http://a.test/p/99", 1));
        guard.TryEnter("http://a.test/p/100?x", 1, out var mark);
        Assert.NotNull(mark!.Refusal);
    }

    [Fact]
    public void Some_equal_pages_among_many_different_ones_close_nothing()
    {
        var guard = new TrapGuard(new TrapLimits { Same = 5 });
        for (var i = 0; i < 1000; i++) guard.OnFetched($"http://a.test/p/{i}", i % 2 == 0 ? "one" : $"{i}");
        for (var i = 0; i < 1000; i++) guard.OnFetched("http://a.test/index.html", "one");

        Assert.Null(guard.Refuse("http://a.test/p/1", 1));
        Assert.Null(guard.Refuse("http://a.test/index.html", 1));
    }

    [Fact]
    public void What_was_counted_holds_after_a_restart()
    {
        var limits = new TrapLimits { Queries = 10, Same = 2 };
        var (first, second) = (new TrapGuard(limits), new TrapGuard(limits));
        Enter(first, "http://a.test/?a=1&b={0}", 1, 6);
        Enter(first, "http://a.test/x/x/x/x/{0}", 1, Records + 3);
        for (var i = 0; i < 2; i++) first.OnFetched($"http://a.test/p/{i}", "one");

        second.Restore(first.TakeChanged());

        Assert.Empty(first.TakeChanged());
        Assert.Equal(3, second.LeftOut);
        Assert.NotNull(second.Refuse("http://a.test/p/7", 1));
        Assert.Equal(4, Enter(second, "http://a.test/?a=2&b={0}", 1, 6).Count(static mark => mark.Refusal is null));
        Assert.False(second.TryEnter("http://a.test/x/x/x/x/y", 1, out _));
    }

    [Fact]
    public void What_is_met_again_and_again_is_not_forgotten_among_many_others()
    {
        var guard = new TrapGuard(new TrapLimits { Queries = 3 });
        for (var i = 0; i < 50_000; i++)
        {
            guard.TryEnter($"http://a.test/{i}/?a=1&b=2", 1, out _);
            guard.TryEnter($"http://a.test/hot?a=1&b={i}", 1, out _);
        }

        Assert.Equal(50_000 - 3 - Records, guard.LeftOut);
    }

    private static List<(bool IsEntered, string? Refusal)> Enter(TrapGuard guard, string format, int depth, int count) =>
        [.. Enumerable.Range(1, count).Select(i => (guard.TryEnter(format.Replace("{0}", $"{i}", StringComparison.Ordinal), depth, out var mark), mark?.Refusal))];
}
