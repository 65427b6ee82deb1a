using System.Text;
using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class LinkExtractorTests
{
    private static readonly string[] Fragments =
    [
        "<", ">", "</", "<!--", "-->", "<svg", "<title", "<a href=", "'", "\"", "&", "&#x", "\0", "é", "<meta charset=utf-16>", "]]>", " ", "x", "<math>", "<template>",
    ];

    private static readonly CrawlUrl Page = CrawlUrl.Parse("http://site.test/dir/page.html");

    [Theory]
    [InlineData("<a href=x>", "/dir/x")]
    [InlineData("<AREA HREF='x'>", "/dir/x")]
    [InlineData("<iframe src=\"x\"><a href=y></iframe>", "/dir/x")]
    [InlineData("<frameset><frame src=x></frameset>", "/dir/x")]
    [InlineData("<frame src=x>", "")]
    [InlineData("<a name=x><a>text</a><link href=y><img src=z>", "")]
    [InlineData("<a href=''>", "/dir/page.html")]
    [InlineData("<a href>", "/dir/page.html")]
    [InlineData("<a href=' \n x\ty '>", "/dir/xy")]
    [InlineData("<a href=\\>", "/")]
    [InlineData("<a href=x href=y>", "/dir/x")]
    [InlineData("<a href='?a=1&amp;b=2&copy=3'>", "/dir/page.html?a=1&b=2&copy=3")]
    [InlineData("<a/href=x><a\nhref=y><a title='>'href=z>", "/dir/x /dir/y /dir/z")]
    [InlineData("<a href=mailto:a@b><a href=javascript:f()><a href='http://a b/'><a href=ok>", "/dir/ok")]
    [InlineData("<a href=x#a><a href=x#b><a href=./x><a href=y><a href=x>", "/dir/x /dir/y")]
    public void Links_are_those_a_browser_would_offer(string html, string expected) => Assert.Equal(expected, Paths(html));

    [Theory]
    [InlineData("<script>'<a href=x>'</script>")]
    [InlineData("<script><!--<script></script><a href=x>--></script>")]
    [InlineData("<style><a href=x></style>")]
    [InlineData("<textarea><a href=x></textarea>")]
    [InlineData("<title><a href=x></title>")]
    [InlineData("<title/><a href=x>")]
    [InlineData("<xmp><a href=x></xmp>")]
    [InlineData("<noembed><a href=x></noembed>")]
    [InlineData("<noframes><a href=x></noframes>")]
    [InlineData("<plaintext><a href=x></plaintext><a href=x>")]
    [InlineData("<!-- <a href=x> -->")]
    [InlineData("<!-- > <a href=x>")]
    [InlineData("<template><a href=x><template></template><a href=x></template>")]
    [InlineData("<svg><![CDATA[<a href=x>]]></svg>")]
    [InlineData("<a href=x")]
    public void What_only_looks_like_a_link_is_none(string html) => Assert.Equal("", Paths(html));

    [Theory]
    [InlineData("<noscript><a href=x></noscript>")]
    [InlineData("<script>if (a < b) {}</script><a href=x>")]
    [InlineData("<template></template></template><a href=x>")]
    [InlineData("<svg><title><a href=x></title></svg>")]
    [InlineData("<svg><style><a href=x></style></svg>")]
    [InlineData("<svg><a href=x /></svg>")]
    [InlineData("<svg><p><script></script></p><a href=x>")]
    [InlineData("<svg><foreignObject><a href=x></foreignObject></svg>")]
    [InlineData("<svg><desc><![CDATA[<a href=y>]]><a href=x></desc></svg>")]
    [InlineData("<!--><a href=x>")]
    [InlineData("<template><svg></template><a href=x>")]
    [InlineData("<math><title><a href=x></title></math>")]
    [InlineData("<?php ?><a href=x>")]
    [InlineData("<table><a href=x><tr></table>")]
    [InlineData("</html><a href=x>")]
    [InlineData("<<<<<a href=x>")]
    [InlineData("\0<b\0>\0<a href=x>")]
    public void A_link_in_odd_company_is_found(string html) => Assert.Equal("/dir/x", Paths(html));

    [Theory]
    [InlineData("<base href=../other/><a href=t>", "/other/t")]
    [InlineData("<a href=t><base href=/b/>", "/b/t")]
    [InlineData("<base target=_top><base href=/1/><base href=/2/><a href=t>", "/1/t")]
    [InlineData("<base href='javascript:x'><a href=t>", "/dir/t")]
    [InlineData("<template><base href=/no/></template><a href=t>", "/dir/t")]
    [InlineData("<base href=/b/><a href='#top'>", "/b/")]
    public void The_first_base_counts_for_the_whole_page(string html, string expected) => Assert.Equal(expected, Paths(html));

    [Theory]
    [InlineData("0;url=x", "/dir/x")]
    [InlineData("5; URL = 'x'y", "/dir/x")]
    [InlineData(" 1.5 , x", "/dir/x")]
    [InlineData("0 url=x", "/dir/x")]
    [InlineData(".5;url=\"x", "/dir/x")]
    [InlineData("0;urlx", "/dir/urlx")]
    [InlineData("5", "")]
    [InlineData("5;", "")]
    [InlineData("url=x", "")]
    [InlineData("5x;url=x", "")]
    [InlineData("", "")]
    public void A_refresh_is_a_link(string content, string expected) =>
        Assert.Equal(expected, Paths($"<meta http-equiv=Refresh content='{content.Replace("'", "&#39;", StringComparison.Ordinal)}'>"));

    [Theory]
    [InlineData("<title> A &amp;\n\t B </title>", "A & B")]
    [InlineData("<title></title>", null)]
    [InlineData("<p>none", null)]
    [InlineData("<svg><title>icon</title></svg><title>page</title>", "page")]
    [InlineData("<title>1</title><title>2</title>", "1")]
    [InlineData("<template><title>no</title></template><title>yes</title>", "yes")]
    [InlineData("<title>a<b>c", "a<b>c")]
    [InlineData("<body><TITLE>late</TITLE >", "late")]
    public void The_title_is_the_first_of_the_page(string html, string? expected) => Assert.Equal(expected, Extract(html).Title);

    [Fact]
    public void A_title_of_any_length_is_cut() => Assert.Equal(2048, Extract($"<title>{new string('t', 100_000)}</title>").Title!.Length);

    [Theory]
    [InlineData("<meta name=robots content=nofollow>", true)]
    [InlineData("<META NAME=Robots CONTENT='noindex, NoFollow'>", true)]
    [InlineData("<meta name=robots content=none>", true)]
    [InlineData("<meta name=robots content='noindex,follow'>", false)]
    [InlineData("<meta name=otherbot content=nofollow>", false)]
    [InlineData("<template><meta name=robots content=nofollow></template>", false)]
    public void A_page_can_ask_not_to_follow_its_links(string html, bool expected)
    {
        var page = Extract(html + "<a href=x>");
        Assert.Equal(expected, page.NoFollow);
        Assert.Equal(expected ? 0 : 1, page.LinksToFollow(respectNoFollow: true).Length);
        Assert.Single(page.LinksToFollow(respectNoFollow: false));
    }

    [Fact]
    public void A_link_is_nofollow_only_if_it_is_so_everywhere()
    {
        var page = Extract("<a rel='external NOFOLLOW' href=a><a rel=nofollow href=b#1><a href=./b><a rel=nofollower href=c>");
        Assert.Equal(3, page.Links.Length);
        Assert.Equal("/dir/a", Assert.Single(page.NoFollowLinks).PathAndQuery);
        Assert.Equal(["/dir/b", "/dir/c"], page.LinksToFollow(true).Select(link => link.PathAndQuery));
    }

    [Fact]
    public void A_query_is_written_in_the_encoding_of_the_page()
    {
        var body = "<meta charset=iso-8859-1><a href='/é?é'>"u8.ToArray();
        Assert.Equal("/%C3%83%C2%A9?%C3%A9", LinkExtractor.Extract(body, null, Page, TestContext.Current.CancellationToken).Links[0].PathAndQuery);
        Assert.Equal("/%C3%A9?%C3%A9", LinkExtractor.Extract(body, "utf-8", Page, TestContext.Current.CancellationToken).Links[0].PathAndQuery);
    }

    [Fact]
    public void A_reference_longer_than_any_server_takes_is_dropped() =>
        Assert.Equal("/dir/x", Paths($"<a href={new string('y', LinkCollector.MaxLength + 1)}><a href=x>"));

    [Fact]
    public void A_link_that_becomes_longer_than_that_is_dropped() =>
        Assert.Equal("/x", Paths($"<base href='/{new string('b', LinkCollector.MaxLength - 60)}/'><a href={new string('y', 100)}><a href=/x>"));

    [Fact]
    public void A_base_longer_than_that_is_none() =>
        Assert.Equal("/dir/x", Paths($"<base href='/{new string('b', LinkCollector.MaxLength)}/'><a href=x>"));

    [Fact]
    public void A_long_base_does_not_make_many_short_links_fill_the_memory()
    {
        var html = new StringBuilder($"<base href='/{new string('b', 16_000)}/'>");
        for (var i = 0; i < 20_000; i++) html.Append($"<a href={i}>");

        var page = Extract(html.ToString());

        Assert.True(page.IsCut);
        Assert.InRange(page.Links.Sum(static link => (long)link.Href.Length), LinkCollector.MaxTotalLength - LinkCollector.MaxLength, LinkCollector.MaxTotalLength);
        Assert.False(Extract("<a href=x>").IsCut);
    }

    [Fact]
    public void Characters_cut_by_a_buffer_stay_whole()
    {
        var html = new StringBuilder("<meta charset=shift_jis>");
        for (var i = 0; i < 20_000; i++) html.Append("<a href='日本").Append(i).Append("'>語</a>");
        Assert.NotNull(Charsets.Find("shift_jis"));
        var body = Charsets.Find("shift_jis")!.Encoding.GetBytes(html.ToString());
        var links = LinkExtractor.Extract(body, null, Page, TestContext.Current.CancellationToken).Links;
        Assert.Equal(20_000, links.Length);
        Assert.All(links, link => Assert.StartsWith("/dir/%E6%97%A5%E6%9C%AC", link.PathAndQuery, StringComparison.Ordinal));
    }

    [Fact]
    public void Many_links_to_few_pages_are_few_links()
    {
        var html = new StringBuilder();
        for (var i = 0; i < 100_000; i++) html.Append($"<a href='p{i % 10}#{i}'>");
        Assert.Equal(10, Extract(html.ToString()).Links.Length);
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<svg><desc>")]
    [InlineData("<template>")]
    [InlineData("<a href=x>")]
    [InlineData("</desc>")]
    [InlineData("<svg></desc>")]
    [InlineData("&amp;<")]
    public void Endless_repetition_ends(string unit) =>
        Assert.InRange(Extract(string.Concat(Enumerable.Repeat(unit, 100_000))).Links.Length, 0, 1);

    [Theory]
    [InlineData("<!--", "-->")]
    [InlineData("<script>'<a href=no>'", "</script>")]
    [InlineData("<style>", "</style>")]
    [InlineData("<textarea><a href=no>", "</textarea>")]
    [InlineData("<p title='", "'>")]
    [InlineData("<svg><![CDATA[<a href=no>", "]]></svg>")]
    [InlineData("<svg><desc>", "</desc></svg>")]
    [InlineData("", "")]
    [InlineData("< ", "< ")]
    [InlineData("<!doctype ", ">")]
    [InlineData("<iframe src=in>", "</iframe>")]
    [InlineData("<template><a href=no>", "</template>")]
    public void A_page_longer_than_the_window_is_read_as_one(string open, string close)
    {
        var expected = open.StartsWith("<iframe", StringComparison.Ordinal) ? "/dir/before /dir/in /dir/after" : "/dir/before /dir/after";
        for (var length = HtmlWindow.InitialSize - 80; length < HtmlWindow.InitialSize + 10; length++)
            Assert.Equal(expected, Paths($"<a href=before>{open}{new string('x', length)}{close}<a href=after>"));
        Assert.Equal(expected, Paths($"<a href=before>{open}{new string('x', 5 * HtmlWindow.InitialSize)}{close}<a href=after>"));
    }

    [Fact]
    public void A_title_on_the_edge_of_the_window_is_whole()
    {
        for (var length = HtmlWindow.InitialSize - 30; length < HtmlWindow.InitialSize + 10; length++)
            Assert.Equal("one & two", Extract($"{new string('x', length)}<title>one &amp; two</title><title>three</title>").Title);
    }

    [Fact]
    public void Where_the_window_ends_does_not_matter() => Gen.Int[0, Fragments.Length - 1].Select(i => Fragments[i]).Array[0, 40].Sample(parts =>
    {
        var html = string.Concat(parts) + "<a href=end>";
        var shifted = new string(' ', HtmlWindow.InitialSize - (html.Length / 2)) + html;
        Assert.Equal(Paths(html), Paths(shifted));
    }, iter: 2_000);

    [Fact]
    public void A_cancelled_extraction_ends() =>
        Assert.Throws<OperationCanceledException>(() => LinkExtractor.Extract("<a>"u8.ToArray(), null, Page, new CancellationToken(true)));

    [Fact]
    public void No_body_is_too_broken()
    {
        var parts = Gen.Int[0, Fragments.Length - 1].Select(i => Fragments[i]).Array[0, 40];
        Gen.OneOf(Gen.Byte.Array[0, 200], parts.Select(strings => Encoding.UTF8.GetBytes(string.Concat(strings)))).Sample(body =>
        {
            var page = LinkExtractor.Extract(body, null, Page, TestContext.Current.CancellationToken);
            Assert.Equal(page.Links.Length, page.Links.Distinct().Count());
        }, iter: 3_000);
    }

    private static PageContent Extract(string html) => LinkExtractor.Extract(Encoding.UTF8.GetBytes(html), "utf-8", Page, TestContext.Current.CancellationToken);

    private static string Paths(string html) => string.Join(' ', Extract(html).Links.Select(link => link.PathAndQuery));
}
