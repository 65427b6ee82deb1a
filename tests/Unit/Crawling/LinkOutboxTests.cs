using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class LinkOutboxTests
{
    private long _number;

    [Fact]
    public void Links_of_one_origin_travel_together_grouped_by_page()
    {
        var outbox = new LinkOutbox();
        string first = "http://a/1", second = "http://a/2";
        Add(outbox, "http://b", "http://b/x", 1, first);
        Add(outbox, "http://b", "http://b/y", 1, first);
        Add(outbox, "http://b", "http://b/z", 2, second);

        var batch = outbox.Take(Assert.Single(outbox.Ready));

        Assert.Equal([(first, 1, 2), (second, 2, 1)], batch.Groups.Select(static g => (g.Referrer!, g.Depth, g.Links.Length)));
    }

    [Fact]
    public void One_batch_for_an_origin_is_under_way_at_a_time()
    {
        var outbox = new LinkOutbox();
        Add(outbox, "http://b", "http://b/x", 1, "r");
        outbox.Take("http://b");
        Add(outbox, "http://b", "http://b/y", 1, "r");

        Assert.Empty(outbox.Ready);
        Assert.Equal(1, outbox.Acknowledge("http://b"));
        Assert.Equal(["http://b/y"], outbox.Take("http://b").Groups.Single().Links);
        Assert.Equal(1, outbox.Count);
        Assert.Equal(2, outbox.Acknowledge("http://b"));
        Assert.Equal(0, outbox.Count);
    }

    [Fact]
    public void What_was_not_sent_can_be_dropped()
    {
        var outbox = new LinkOutbox();
        Add(outbox, "http://b", "http://b/x", 1, "r");
        outbox.Take("http://b");
        Add(outbox, "http://b", "http://b/y", 1, "r");
        Add(outbox, "http://c", "http://c/", 1, "r");

        outbox.Clear();

        Assert.Equal(1, outbox.Count);
        outbox.Acknowledge("http://b");
        Assert.Equal(0, outbox.Count);
    }

    private void Add(LinkOutbox outbox, string origin, string href, int depth, string referrer) => outbox.Add(new StoredLink(++_number, origin, href, depth, referrer));
}
