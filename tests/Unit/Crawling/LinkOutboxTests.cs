using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class LinkOutboxTests
{
    [Fact]
    public void Links_of_one_origin_travel_together_grouped_by_page()
    {
        var outbox = new LinkOutbox(depthCounts: false);
        string first = "http://a/1", second = "http://a/2";
        outbox.Add("http://b", "http://b/x", 1, first);
        outbox.Add("http://b", "http://b/y", 1, first);
        outbox.Add("http://b", "http://b/z", 2, second);

        var batch = outbox.Take(Assert.Single(outbox.Ready));

        Assert.Equal([(first, 1, 2), (second, 2, 1)], batch.Groups.Select(static g => (g.Referrer!, g.Depth, g.Links.Length)));
    }

    [Fact]
    public void One_batch_for_an_origin_is_under_way_at_a_time()
    {
        var outbox = new LinkOutbox(false);
        outbox.Add("http://b", "http://b/x", 1, "r");
        outbox.Take("http://b");
        outbox.Add("http://b", "http://b/y", 1, "r");

        Assert.Empty(outbox.Ready);
        outbox.Acknowledge("http://b");
        Assert.Equal(["http://b/y"], outbox.Take("http://b").Groups.Single().Links);
        Assert.False(outbox.IsEmpty);
        outbox.Acknowledge("http://b");
        Assert.True(outbox.IsEmpty);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void A_link_is_sent_again_only_where_a_smaller_depth_counts(bool depthCounts, int expected)
    {
        var outbox = new LinkOutbox(depthCounts);
        outbox.Add("http://b", "http://b/x", 3, "r");
        outbox.Add("http://b", "http://b/x", 3, "s");
        outbox.Add("http://b", "http://b/x", 2, "s");

        Assert.Equal(expected, outbox.Take("http://b").Groups.Sum(static g => g.Links.Length));
    }

    [Fact]
    public void What_was_not_sent_can_be_dropped()
    {
        var outbox = new LinkOutbox(false);
        outbox.Add("http://b", "http://b/x", 1, "r");
        outbox.Take("http://b");
        outbox.Add("http://b", "http://b/y", 1, "r");
        outbox.Add("http://c", "http://c/", 1, "r");

        outbox.Clear();

        Assert.False(outbox.IsEmpty);
        outbox.Acknowledge("http://b");
        Assert.True(outbox.IsEmpty);
    }
}
