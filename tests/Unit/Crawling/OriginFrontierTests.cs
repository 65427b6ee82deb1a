using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class OriginFrontierTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Urls_are_taken_breadth_first_in_the_order_they_were_found()
    {
        var frontier = new OriginFrontier(null);
        foreach (var (url, depth) in new[] { ("a", 2), ("b", 1), ("c", 2), ("d", 1) }) frontier.Add(url, depth, null);

        Assert.Equal(["b", "d", "a", "c"], TakeAll(frontier));
    }

    [Fact]
    public void A_known_url_is_not_added_again()
    {
        var frontier = new OriginFrontier(null);

        Assert.True(frontier.Add("a", 0, null));
        Assert.False(frontier.Add("a", 0, null));
        Assert.Equal(["a"], TakeAll(frontier));
        Assert.False(frontier.Add("a", 0, null));
        Assert.Null(frontier.Take());
    }

    [Fact]
    public void A_url_beyond_the_depth_limit_is_not_added_until_it_is_found_within()
    {
        var frontier = new OriginFrontier(2);

        Assert.False(frontier.Add("a", 3, null));
        Assert.True(frontier.Add("a", 2, null));
    }

    [Fact]
    public void A_queued_url_found_nearer_moves_up()
    {
        var frontier = new OriginFrontier(null);
        frontier.Add("a", 5, null);
        frontier.Add("b", 3, null);

        frontier.Add("a", 1, null);

        Assert.Equal(2, frontier.Queued);
        Assert.Equal(["a", "b"], TakeAll(frontier));
        Assert.Equal(0, frontier.Queued);
    }

    [Fact]
    public void A_finished_page_found_nearer_is_to_hand_its_links_on_again()
    {
        var frontier = new OriginFrontier(3);
        frontier.Add("a", 3, null);
        var page = frontier.Take()!;
        frontier.Complete(page, ["x", "y"]);

        frontier.Add("a", 1, null);

        var again = Assert.Single(frontier.TakeNearer());
        Assert.Equal(1, again.Depth);
        Assert.Equal(["x", "y"], again.Links);
        Assert.Empty(frontier.TakeNearer());
        Assert.True(frontier.IsIdle);
    }

    [Fact]
    public void Without_a_depth_limit_no_links_are_kept()
    {
        var frontier = new OriginFrontier(null);
        frontier.Add("a", 3, "r");
        var page = frontier.Take()!;

        frontier.Complete(page, ["x", "y"]);

        Assert.Empty(page.Links);
        Assert.Null(page.Referrer);
    }

    [Fact]
    public void A_retry_waits_for_its_time_and_holds_nothing_up()
    {
        var frontier = new OriginFrontier(null);
        frontier.Add("a", 0, null);
        frontier.Add("b", 0, null);
        frontier.Retry(frontier.Take()!, Now + TimeSpan.FromSeconds(5));

        Assert.Equal("b", frontier.Take()!.Href);
        frontier.Wake(Now + TimeSpan.FromSeconds(4));
        Assert.Null(frontier.Take());
        Assert.Equal(Now + TimeSpan.FromSeconds(5), frontier.NextDue);
        frontier.Wake(Now + TimeSpan.FromSeconds(5));
        Assert.Equal("a", frontier.Take()!.Href);
        Assert.Null(frontier.NextDue);
    }

    [Fact]
    public void Only_what_is_asked_for_is_abandoned()
    {
        var frontier = new OriginFrontier(null);
        foreach (var url in new[] { "flight", "retry", "queued" }) frontier.Add(url, 0, null);
        var flight = frontier.Take()!;
        var retry = frontier.Take()!;
        retry.Attempts = 1;
        frontier.Retry(retry, Now);

        Assert.Equal(["queued"], frontier.Abandon(static entry => entry.Attempts == 0).Select(static entry => entry.Href));
        Assert.Equal((0, 1, 1), (frontier.Queued, frontier.InFlight, frontier.Waiting));
        Assert.Equal(["retry"], frontier.Abandon(static _ => true).Select(static entry => entry.Href));
        frontier.Complete(flight, []);
        Assert.True(frontier.IsIdle);
    }

    [Fact]
    public void A_url_cannot_be_finished_twice()
    {
        var frontier = new OriginFrontier(null);
        frontier.Add("a", 0, null);
        var entry = frontier.Take()!;
        frontier.Complete(entry, []);

        Assert.Throws<InvalidOperationException>(() => frontier.Complete(entry, []));
    }

    [Fact]
    public void Each_url_is_finished_once_in_whatever_order_things_happen() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 4], Gen.Int[0, 5]).Array[1, 200].Sample(steps =>
        {
            var frontier = new OriginFrontier(3);
            var flying = new List<FrontierEntry>();
            var added = new HashSet<string>();
            var finished = new List<string>();
            var clock = Now;
            foreach (var (url, depth, what) in steps)
            {
                if (what <= 2)
                {
                    var isNew = frontier.Add($"{url}", depth, null);
                    Assert.Equal(depth <= 3 && added.Add($"{url}"), isNew);
                }
                else if (what == 3 && frontier.Take() is { } taken)
                {
                    flying.Add(taken);
                }
                else if (flying.Count > 0)
                {
                    var entry = flying[url % flying.Count];
                    flying.Remove(entry);
                    if (what == 4)
                    {
                        frontier.Retry(entry, clock + TimeSpan.FromSeconds(depth));
                    }
                    else
                    {
                        finished.Add(entry.Href);
                        frontier.Complete(entry, ["l"]);
                    }
                }

                clock += TimeSpan.FromSeconds(1);
                frontier.Wake(clock);
                Assert.Equal(flying.Count, frontier.InFlight);
                Assert.Equal(added.Count - finished.Count, frontier.Queued + frontier.InFlight + frontier.Waiting);
            }

            frontier.Wake(DateTimeOffset.MaxValue);
            var last = -1;
            while (frontier.Take() is { } entry)
            {
                Assert.True(entry.Depth >= last, "not breadth first");
                last = entry.Depth;
                flying.Add(entry);
            }

            foreach (var entry in flying)
            {
                finished.Add(entry.Href);
                frontier.Complete(entry, []);
            }

            Assert.Equal(added.Order(), finished.Order());
            Assert.True(frontier.IsIdle);
        });

    private static List<string> TakeAll(OriginFrontier frontier)
    {
        var taken = new List<string>();
        while (frontier.Take() is { } entry) taken.Add(entry.Href);
        return taken;
    }
}
