using System.Text;
using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlUrlTests
{
    private static readonly CrawlUrl Base = CrawlUrl.Parse("https://site.test/docs/guide/page.html?v=1");

    private static readonly Gen<string> AnyReference =
        Gen.OneOf(Gen.String[Gen.Char["abAB09./\\?#%2e:@[]&=+ -_~|^'\"<>\t\n\0é日\ud83d\udca9"], 0, 30], Gen.String[0, 30]);

    [Theory]
    [InlineData("", "https://site.test/docs/guide/page.html?v=1")]
    [InlineData("#part", "https://site.test/docs/guide/page.html?v=1")]
    [InlineData("?", "https://site.test/docs/guide/page.html?")]
    [InlineData("?w=2#x", "https://site.test/docs/guide/page.html?w=2")]
    [InlineData("next.html", "https://site.test/docs/guide/next.html")]
    [InlineData("../up.html", "https://site.test/docs/up.html")]
    [InlineData("../../../../top", "https://site.test/top")]
    [InlineData(".", "https://site.test/docs/guide/")]
    [InlineData("%2E%2e/x", "https://site.test/docs/x")]
    [InlineData("...", "https://site.test/docs/guide/...")]
    [InlineData("\\", "https://site.test/")]
    [InlineData("\\\\other.test\\a", "https://other.test/a")]
    [InlineData("//other.test", "https://other.test/")]
    [InlineData("https:rel", "https://site.test/docs/guide/rel")]
    [InlineData("http:rel", "http://rel/")]
    [InlineData(" a\nb\tc ", "https://site.test/docs/guide/abc")]
    [InlineData("a b?c d'e", "https://site.test/docs/guide/a%20b?c%20d%27e")]
    [InlineData("é?ü", "https://site.test/docs/guide/%C3%A9?%C3%BC")]
    [InlineData("%7Euser/%41%2f|%", "https://site.test/docs/guide/%7Euser/%41%2f|%")]
    [InlineData("a?b?c/../d", "https://site.test/docs/guide/a?b?c/../d")]
    [InlineData("a;x/../b", "https://site.test/docs/guide/b")]
    public void A_reference_resolves_as_in_a_browser(string reference, string expected)
    {
        Assert.True(Base.TryResolve(reference, out var url));
        Assert.Equal(expected, url.Href);
    }

    [Theory]
    [InlineData("mailto:a@b.test")]
    [InlineData("javascript:void(0)")]
    [InlineData("data:text/html,x")]
    [InlineData("tel:1")]
    [InlineData("//")]
    [InlineData("http://")]
    [InlineData("//a b/")]
    [InlineData("//h:99999/")]
    [InlineData("//h:1x/")]
    [InlineData("//[1::2::3]/")]
    public void What_cannot_be_fetched_does_not_resolve(string reference) => Assert.False(Base.TryResolve(reference, out _));

    [Theory]
    [InlineData("example.org", "no scheme")]
    [InlineData("/path", "no scheme")]
    [InlineData("", "no scheme")]
    [InlineData("ftp://example.org/", "neither http nor https")]
    [InlineData("localhost:8080", "neither http nor https")]
    [InlineData("http:///", "no host")]
    [InlineData("http://a<b/", "characters")]
    [InlineData("http://1.2.3.400/", "IP address")]
    [InlineData("http://[::g]/", "IP address")]
    [InlineData("http://h:port/", "port")]
    public void A_text_that_is_no_url_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(CrawlUrl.TryParse(text, out _, out var actual));
        Assert.Contains(reason, actual, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', actual);
    }

    [Fact]
    public void The_parts_are_those_of_the_text()
    {
        var url = CrawlUrl.Parse("HTTPS://User:Pa%20ss@EXAMPLE.org:8443/a/b?c=d#e");
        Assert.Equal("https://User:Pa%20ss@example.org:8443/a/b?c=d", url.Href);
        Assert.Equal("https", url.Scheme);
        Assert.Equal("User:Pa%20ss", url.UserInfo);
        Assert.Equal("example.org", url.Host);
        Assert.Equal(8443, url.Port);
        Assert.Equal("https://example.org:8443", url.Origin);
        Assert.Equal("/a/b?c=d", url.PathAndQuery);
        Assert.Equal("/a/b", url.Path.ToString());
        Assert.Equal("?c=d", url.Query.ToString());
    }

    [Theory]
    [InlineData("http://a.test:80/", "http://a.test", 80)]
    [InlineData("https://a.test:0443/", "https://a.test", 443)]
    [InlineData("http://a.test:443/", "http://a.test:443", 443)]
    [InlineData("http://a.test:/", "http://a.test", 80)]
    public void The_port_of_the_scheme_is_left_out(string text, string origin, int port)
    {
        var url = CrawlUrl.Parse(text);
        Assert.Equal(origin, url.Origin);
        Assert.Equal(port, url.Port);
    }

    [Theory]
    [InlineData("0x7f.1", "127.0.0.1")]
    [InlineData("2130706433", "127.0.0.1")]
    [InlineData("[::FFFF:127.0.0.1]", "[::ffff:7f00:1]")]
    [InlineData("[2001:db8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]")]
    [InlineData("[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]")]
    [InlineData("EXAMPLE.Org.", "example.org.")]
    public void A_host_has_one_spelling(string host, string expected) => Assert.Equal(expected, CrawlUrl.Parse($"http://{host}/").Host);

    [Fact]
    public void A_host_that_hides_loopback_in_full_width_digits_is_seen_through() =>
        Assert.Equal("127.0.0.1", CrawlUrl.Parse("http://１２７。０．０｡1/").Host);

    [Fact]
    public void A_query_is_written_in_the_encoding_of_its_page()
    {
        var latin = Encoding.GetEncoding("iso-8859-1", new EncoderExceptionFallback(), new DecoderReplacementFallback());
        Assert.True(Base.TryResolve("/é?q=é&x=日", out var url, latin));
        Assert.Equal("/%C3%A9?q=%E9&x=%26%2326085%3B", url.PathAndQuery);
    }

    [Fact]
    public void The_client_sends_path_and_query_as_they_stand()
    {
        var url = CrawlUrl.Parse("http://a.test/%41%7E/%2E%/x|y?z=%zz&%2e");
        Assert.Equal("/%41%7E/%2E%/x|y?z=%zz&%2e", url.ToUri().PathAndQuery);
    }

    [Fact]
    public void A_host_the_client_cannot_have_is_said_not_thrown()
    {
        Assert.False(CrawlUrl.Parse("http://a..b/").TryToUri(out _));
        Assert.True(CrawlUrl.Parse("http://a_b.test/%41").TryToUri(out var uri));
        Assert.Equal("/%41", uri.PathAndQuery);
    }

    [Fact]
    public void Links_of_one_page_share_the_strings_of_their_host()
    {
        var page = CrawlUrl.Parse("http://a.test/x");
        _ = page.Origin;
        Assert.True(page.TryResolve("y", out var link));
        Assert.Same(page.Origin, link.Origin);
    }

    [Fact]
    public void A_resolved_url_is_canonical() => AnyReference.Sample(reference =>
    {
        if (!Base.TryResolve(reference, out var url)) return;
        var again = CrawlUrl.Parse(url.Href);
        Assert.Equal(url.Href, again.Href);
        Assert.Equal(url.Offsets, again.Offsets);
        Assert.True(again.Href.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0);
        Assert.Equal(url, again);
        Assert.Equal(url.GetHashCode(), again.GetHashCode());
    }, iter: 20_000);

    [Fact]
    public void An_absolute_reference_ignores_its_base() => AnyReference.Sample(text =>
    {
        if (!CrawlUrl.TryParse("http://" + text, out var url, out _)) return;
        Assert.True(Base.TryResolve(url.Href, out var resolved));
        Assert.Equal(url.Href, resolved.Href);
    }, iter: 20_000);
}
