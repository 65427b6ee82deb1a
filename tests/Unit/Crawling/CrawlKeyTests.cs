using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlKeyTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("20260101-120000-ab12cd", true)]
    [InlineData("A.b_c-9", true)]
    [InlineData("", false)]
    [InlineData("a|b", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    public void Ids_are_plain_names(string id, bool valid)
    {
        Assert.Equal(valid, CrawlKey.IsValid(id));
        if (!valid) Assert.Throws<ArgumentException>(() => CrawlKey.Create(id));
    }

    [Fact]
    public void The_key_of_an_origin_can_be_read_back()
    {
        var key = new CrawlHostKey("id", "http://[::1]:8080");

        Assert.Equal(key, CrawlHostKey.Parse(key.ToString()));
        Assert.Throws<ArgumentException>(() => CrawlHostKey.Parse("no-origin"));
    }
}
