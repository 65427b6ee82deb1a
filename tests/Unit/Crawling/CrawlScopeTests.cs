using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlScopeTests
{
    [Theory]
    [InlineData("http://a.test/x/y?z", true)]
    [InlineData("http://u:p@a.test/x", true)]
    [InlineData("https://a.test/", false)]
    [InlineData("http://a.test:81/", false)]
    [InlineData("http://b.a.test/", false)]
    public void Host_means_scheme_host_and_port_of_a_seed(string url, bool expected) =>
        Assert.Equal(expected, Scope(ScopeKind.Host, "http://a.test/start").Contains(CrawlUrl.Parse(url)));

    [Theory]
    [InlineData("http://a.test/", true)]
    [InlineData("https://b.c.a.test:8443/", true)]
    [InlineData("https://www.a.test./", true)]
    [InlineData("http://ba.test/", false)]
    [InlineData("http://test/", false)]
    [InlineData("http://a.test.evil.test/", false)]
    public void Domain_means_a_seed_and_its_subdomains(string url, bool expected) =>
        Assert.Equal(expected, Scope(ScopeKind.Domain, "https://www.a.test/").Contains(CrawlUrl.Parse(url)));

    [Theory]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://1.127.0.0/", false)]
    [InlineData("http://0.0.1/", false)]
    public void An_address_has_no_subdomains(string url, bool expected) =>
        Assert.Equal(expected, Scope(ScopeKind.Domain, "http://127.0.0.1/", "http://0.0.1.test/").Contains(CrawlUrl.Parse(url)));

    [Fact]
    public void A_top_level_name_is_not_what_is_left_of_www() =>
        Assert.False(Scope(ScopeKind.Domain, "http://www.test/").Contains(CrawlUrl.Parse("http://a.test/")));

    [Theory]
    [InlineData("http://a.test/docs/", true)]
    [InlineData("http://a.test/docs/x/y?/z", true)]
    [InlineData("http://a.test/docs?x=/docs/", false)]
    [InlineData("http://a.test/docsx/", false)]
    [InlineData("http://a.test/", false)]
    [InlineData("http://b.test/docs/", false)]
    [InlineData("http://u@a.test/docs/x", true)]
    [InlineData("http://c.test/any", true)]
    public void Prefix_means_the_directory_of_a_seed_and_below(string url, bool expected) =>
        Assert.Equal(expected, Scope(ScopeKind.Prefix, "http://a.test/docs/index.html?q", "http://c.test").Contains(CrawlUrl.Parse(url)));

    [Fact]
    public void Any_means_everything() => Assert.True(Scope(ScopeKind.Any, "http://a.test/").Contains(CrawlUrl.Parse("https://b.test/")));

    [Theory]
    [InlineData("http://a.test/doc/1", true)]
    [InlineData("http://a.test/doc/1.pdf", false)]
    [InlineData("http://a.test/news", true)]
    [InlineData("http://a.test/other", false)]
    [InlineData("http://b.test/doc/1", false)]
    public void A_link_matches_an_include_and_no_exclude(string url, bool expected)
    {
        Assert.True(CrawlScope.TryCreate(ScopeKind.Host, [CrawlUrl.Parse("http://a.test/")], ["/doc/", "news$"], ["\\.pdf$"], out var scope, out _));
        Assert.Equal(expected, scope.Contains(CrawlUrl.Parse(url)));
    }

    [Theory]
    [InlineData("a(", "a(")]
    [InlineData("(?=x)", "lookaround")]
    [InlineData("(a)\\1", "back-reference")]
    public void An_expression_that_cannot_be_used_is_named(string pattern, string reason)
    {
        Assert.False(CrawlScope.TryCreate(ScopeKind.Any, [], [], [pattern], out _, out var actual));
        Assert.Contains(reason, actual, StringComparison.Ordinal);
        Assert.Contains($"'{pattern}'", actual, StringComparison.Ordinal);
    }

    private static CrawlScope Scope(ScopeKind kind, params string[] seeds) =>
        CrawlScope.TryCreate(kind, seeds.Select(CrawlUrl.Parse), [], [], out var scope, out var reason) ? scope : throw new FormatException(reason);
}
