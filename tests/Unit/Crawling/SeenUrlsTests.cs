using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class SeenUrlsTests
{
    [Fact]
    public void What_was_met_last_is_known_and_what_was_not_met_for_long_is_forgotten()
    {
        var seen = new SeenUrls(10);
        for (var i = 0; i < 100; i++)
        {
            seen.Set(UrlHash.Of($"{i}"), i);
            // Met again and again.
            if (i > 0) Assert.True(seen.TryGet(UrlHash.Of("0"), out _));
        }

        Assert.All(Enumerable.Range(91, 9).Append(0), i => Assert.True(seen.TryGet(UrlHash.Of($"{i}"), out var depth) && depth == i));
        Assert.InRange(Enumerable.Range(0, 100).Count(i => seen.TryGet(UrlHash.Of($"{i}"), out _)), 10, 21);
    }

    [Fact]
    public void A_hash_comes_back_from_its_bytes_and_long_urls_have_one()
    {
        var hash = UrlHash.Of("http://a.test/" + new string('x', 5000));

        Assert.Equal(hash, UrlHash.From(hash.ToBytes()));
        Assert.NotEqual(hash, UrlHash.Of("http://a.test/" + new string('x', 5001)));
    }
}
