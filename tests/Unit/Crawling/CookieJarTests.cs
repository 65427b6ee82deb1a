using System.Collections.Immutable;
using System.Globalization;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CookieJarTests
{
    private const string Page = "http://www.a.test/shop/page";

    [Theory]
    [InlineData("id=1", "http://www.a.test/shop/other", "id=1")]
    [InlineData("id=1", "http://www.a.test/", null)]
    [InlineData("id=1; path=/", "http://www.a.test/", "id=1")]
    [InlineData("id=1; path=/", "http://a.test/", null)]
    [InlineData("id=1; path=/", "http://b.test/", null)]
    [InlineData("id=1; path=/; domain=a.test", "http://other.a.test/", "id=1")]
    [InlineData("id=1; path=/; domain=b.test", "http://b.test/", null)]
    [InlineData("id=1; path=/; secure", "http://www.a.test/", null)]
    [InlineData("id=1; path=/; secure", "https://www.a.test/", "id=1")]
    [InlineData("id=1; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://www.a.test/", null)]
    [InlineData("id=1; path=/; max-age=1000", "http://www.a.test/", "id=1")]
    [InlineData("=; ;", "http://www.a.test/shop/", null)]
    [InlineData("id=ü; path=/", "http://www.a.test/", null)]
    public void A_cookie_is_sent_where_it_belongs_and_after_a_restart_too(string header, string href, string? expected)
    {
        var (jar, again) = (new CookieJar(), new CookieJar());
        jar.Take(Page, [header]);
        again.Restore(jar.TakeChanged());

        Assert.Equal(expected, jar.HeaderFor(href));
        Assert.Equal(expected, again.HeaderFor(href));
    }

    [Fact]
    public void It_is_news_if_further_requests_differ()
    {
        var jar = new CookieJar();

        Assert.False(jar.Take(Page, []));
        Assert.Null(jar.TakeChanged());
        Assert.True(jar.Take(Page, ["a=1; max-age=1000"]));
        Assert.False(jar.Take(Page, ["a=1; max-age=2000"]));
        Assert.NotNull(jar.TakeChanged());
        Assert.Null(jar.TakeChanged());
        Assert.True(jar.Take(Page, ["a=2", "b=3"]));
        Assert.Equal("a=2; b=3", jar.HeaderFor(Page));
        Assert.True(jar.Take(Page, ["a=; expires=Thu, 01 Jan 1970 00:00:00 GMT"]));
        Assert.Equal("b=3", jar.HeaderFor(Page));
    }

    [Fact]
    public void Number_and_size_are_bounded()
    {
        var jar = new CookieJar();
        for (var i = 0; i < 1000; i++) jar.Take(Page, [string.Create(CultureInfo.InvariantCulture, $"c{i}=1")]);
        jar.Take(Page, ["large=" + new string('x', CookieJar.MaxLength)]);

        Assert.InRange(jar.HeaderFor(Page)!.Split(';').Length, 1, CookieJar.MaxCookies);
        Assert.DoesNotContain("large", jar.HeaderFor(Page), StringComparison.Ordinal);
        Assert.Contains("c999=1", jar.HeaderFor(Page), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_and_ports_have_cookies_and_odd_hosts_do_no_harm()
    {
        var (jar, again) = (new CookieJar(), new CookieJar());
        jar.Take("http://127.0.0.1:8080/", ["v4=1"]);
        jar.Take("http://[::1]:8080/", ["v6=1"]);
        Assert.False(jar.Take("http://a..b/", ["odd=1"]));
        again.Restore(jar.TakeChanged());

        Assert.All(ImmutableArray.Create(jar, again), static cookies => Assert.Equal(("v4=1", "v6=1", null), (cookies.HeaderFor("http://127.0.0.1:8080/x"), cookies.HeaderFor("http://[::1]:8080/x"), cookies.HeaderFor("http://a..b/"))));
    }
}
