using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class OriginsTests
{
    [Theory]
    [InlineData("http://a.test/", "http://a.test")]
    [InlineData("https://a.test:8443/x?y=/z", "https://a.test:8443")]
    [InlineData("http://[::1]:80/", "http://[::1]:80")]
    [InlineData("http://user:pass@a.test/x", "http://a.test")]
    [InlineData("http://a.test/@x", "http://a.test")]
    public void The_origin_of_a_url_is_found_in_its_text(string href, string origin) => Assert.Equal(origin, Origins.Of(href));

    [Theory]
    [InlineData("http://a.test", "http://a.test/x", true)]
    [InlineData("http://a.test", "http://a.test.evil/x", false)]
    [InlineData("http://a.test", "http://a.test:81/x", false)]
    [InlineData("http://a.test", "https://a.test/x", false)]
    public void A_url_belongs_to_its_own_origin_only(string origin, string href, bool expected) => Assert.Equal(expected, Origins.Contains(origin, href));
}
