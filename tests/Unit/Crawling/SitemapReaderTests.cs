using System.IO.Compression;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class SitemapReaderTests
{
    private const string Namespace = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'";

    private static readonly CrawlUrl Place = CrawlUrl.Parse("http://a.test/maps/sitemap.xml");

    [Fact]
    public void The_pages_changed_last_come_first_and_the_others_in_their_order()
    {
        var sitemap = Read($"""
            <?xml version="1.0" encoding="UTF-8"?>
            <urlset {Namespace}>
              <url><loc>http://a.test/never</loc><lastmod>soon</lastmod></url>
              <url><loc>http://a.test/2005</loc><lastmod>2005</lastmod></url>
              <url><lastmod>2024-05-06T07:08:09.5+02:00</lastmod><loc> http://a.test/latest
                </loc><priority>0.5</priority></url>
              <!-- a comment --><url><loc><![CDATA[http://a.test/cdata?a=1&b=2]]></loc><lastmod>2024-05-06</lastmod></url>
              <url><loc>http://a.test/?a=1&amp;b=2</loc></url>
            </urlset>
            """);

        Assert.Null(sitemap.Error);
        Assert.Equal(["http://a.test/latest", "http://a.test/cdata?a=1&b=2", "http://a.test/2005", "http://a.test/never", "http://a.test/?a=1&b=2"], Hrefs(sitemap));
    }

    [Fact]
    public void An_index_names_sitemaps()
    {
        var sitemap = Read($"<sitemapindex {Namespace}><sitemap><loc>http://a.test/1.xml.gz</loc></sitemap><sitemap><loc>2.xml</loc></sitemap></sitemapindex>");

        Assert.Equal(["http://a.test/1.xml.gz", "http://a.test/maps/2.xml"], sitemap.Sitemaps.Select(static url => url.Href));
        Assert.Empty(sitemap.Pages);
    }

    [Fact]
    public void Pictures_prefixes_and_what_is_no_url_do_not_matter()
    {
        var sitemap = Read($"""
            <s:urlset {Namespace.Replace("xmlns", "xmlns:s", StringComparison.Ordinal)} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
              <s:url><s:loc>http://a.test/1</s:loc><image:image><image:loc>http://a.test/1.png</image:loc></image:image></s:url>
              <s:url><s:loc/></s:url><s:url></s:url><s:url><s:loc>mailto:x@a.test</s:loc></s:url>
              <s:url><s:loc>http://a.test/2</s:loc></s:url>
            </s:urlset>
            """);

        Assert.Null(sitemap.Error);
        Assert.Equal(["http://a.test/1", "http://a.test/2"], Hrefs(sitemap));
    }

    [Fact]
    public void A_text_has_a_url_a_line()
    {
        var sitemap = Read("\uFEFFhttp://a.test/1\r\n\r\n  http://a.test/ü \nhttp://a.test/3");

        Assert.Equal(["http://a.test/1", "http://a.test/%C3%BC", "http://a.test/3"], Hrefs(sitemap));
    }

    [Fact]
    public void Gzip_is_undone()
    {
        var body = Gzip(Encoding.UTF8.GetBytes($"<urlset {Namespace}><url><loc>http://a.test/1</loc></url></urlset>"));

        Assert.Equal(["http://a.test/1"], Hrefs(SitemapReader.Read(body, Place)));
        Assert.Equal("not valid gzip", SitemapReader.Read(new byte[] { 0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, Place).Error);
    }

    [Fact]
    public void A_gzip_bomb_is_read_up_to_the_limit()
    {
        var plain = new byte[SitemapReader.MaxBytes + 1_000_000];
        Array.Fill(plain, (byte)' ');
        "http://a.test/1\n"u8.CopyTo(plain);

        var sitemap = SitemapReader.Read(Gzip(plain), Place);

        Assert.Equal("larger than 50 MiB", sitemap.Error);
        Assert.Equal(["http://a.test/1"], Hrefs(sitemap));
    }

    [Fact]
    public void Of_too_many_urls_the_first_are_read()
    {
        var sitemap = Read(string.Join('\n', Enumerable.Range(0, SitemapReader.MaxEntries + 1).Select(static i => $"http://a.test/{i}")));

        Assert.Equal((SitemapReader.MaxEntries, "more than 50000 URLs"), (sitemap.Pages.Length, sitemap.Error));
        Assert.Null(Read(string.Join('\n', Enumerable.Range(0, SitemapReader.MaxEntries).Select(static i => $"http://a.test/{i}"))).Error);
    }

    [Theory]
    [InlineData("<urlset><url><loc>http://a.test/1</loc></url><url><loc>http://a.te", "http://a.test/1")]
    [InlineData("<urlset><url><loc>http://a.test/1</loc></url><url></wrong>", "http://a.test/1")]
    [InlineData("<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>http://a.test/&x;</loc></url></urlset>")]
    [InlineData("<html><body>Not found</body></html>")]
    [InlineData("<")]
    public void What_comes_before_a_fault_counts_and_the_fault_is_said(string text, params string[] pages)
    {
        var sitemap = Read(text);

        Assert.StartsWith("not a valid sitemap: ", sitemap.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", sitemap.Error, StringComparison.Ordinal);
        Assert.Equal(pages, Hrefs(sitemap));
    }

    [Fact]
    public void Nothing_is_in_an_empty_one() => Assert.Equal((0, null), (Read("").Pages.Length, Read("").Error));

    [Fact]
    public void Utf_16_is_read_as_the_declaration_says()
    {
        byte[] body = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("<?xml version='1.0' encoding='utf-16'?><urlset><url><loc>http://a.test/1</loc></url></urlset>")];

        Assert.Equal(["http://a.test/1"], Hrefs(SitemapReader.Read(body, Place)));
    }

    private static Sitemap Read(string text) => SitemapReader.Read(Encoding.UTF8.GetBytes(text), Place);

    private static IEnumerable<string> Hrefs(Sitemap sitemap) => sitemap.Pages.Select(static url => url.Href);

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(plain);
        return packed.ToArray();
    }
}
