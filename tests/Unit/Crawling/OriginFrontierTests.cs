using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class OriginFrontierTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _number;

    [Fact]
    public void Urls_are_taken_breadth_first_in_the_order_they_were_found()
    {
        var frontier = new OriginFrontier(100);
        foreach (var (url, depth) in new[] { ("a", 2), ("b", 1), ("c", 2), ("d", 1) }) frontier.Add(Entry(url, depth));

        Assert.Equal(["b", "d", "a", "c"], TakeAll(frontier));
    }

    [Fact]
    public void A_queued_url_found_nearer_moves_up()
    {
        var frontier = new OriginFrontier(100);
        var entry = Entry("a", 5);
        frontier.Add(entry);
        frontier.Add(Entry("b", 3));

        frontier.Lower(entry, 1);

        Assert.Equal(2, frontier.Queued);
        Assert.Equal(["a", "b"], TakeAll(frontier));
        Assert.Equal(0, frontier.Queued);
    }

    [Fact]
    public void A_retry_waits_for_its_time_and_holds_nothing_up()
    {
        var frontier = new OriginFrontier(100);
        frontier.Add(Entry("a", 0));
        frontier.Add(Entry("b", 0));
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
        var frontier = new OriginFrontier(100);
        foreach (var url in new[] { "flight", "retry", "queued" }) frontier.Add(Entry(url, 0));
        var flight = frontier.Take()!;
        var retry = frontier.Take()!;
        retry.Attempts = 1;
        frontier.Retry(retry, Now);

        Assert.Equal(["queued"], frontier.Abandon(static entry => entry.Attempts == 0).Select(static entry => entry.Href));
        Assert.Equal((0L, 1, 1), (frontier.Queued, frontier.InFlight, frontier.Waiting));
        Assert.Equal(["retry"], frontier.Abandon(static _ => true).Select(static entry => entry.Href));
        frontier.Complete(flight);
        Assert.True(frontier.IsIdle);
    }

    [Fact]
    public void A_url_cannot_be_finished_twice()
    {
        var frontier = new OriginFrontier(100);
        frontier.Add(Entry("a", 0));
        var entry = frontier.Take()!;
        frontier.Complete(entry);

        Assert.Throws<InvalidOperationException>(() => frontier.Complete(entry));
    }

    [Fact]
    public void What_the_store_has_is_read_a_window_at_a_time()
    {
        var frontier = new OriginFrontier(2);
        frontier.Open(3);

        Assert.True(frontier.IsLow);
        Assert.Null(frontier.Take());
        var (after, limit) = frontier.BeginLoad();
        Assert.Equal((int.MinValue, 2), (after.Depth, limit));
        Assert.False(frontier.IsLow);
        frontier.EndLoad([Entry("a", 0), Entry("b", 1)]);
        Assert.Equal(["a", "b"], TakeAll(frontier));
        Assert.True(frontier.IsLow);
        Assert.Equal(1, frontier.BeginLoad().After.Depth);
        frontier.EndLoad([Entry("c", 1)]);
        Assert.Equal(["c"], TakeAll(frontier));
        Assert.False(frontier.IsLow);
    }

    [Fact]
    public void However_many_urls_are_known_a_bounded_number_is_here()
    {
        var frontier = new OriginFrontier(10);
        for (var i = 0; i < 1000; i++) frontier.Add(Entry($"{i}", i % 7));

        Assert.Equal(1000, frontier.Queued);
        Assert.InRange(TakeAll(frontier).Count, 10, 20);
    }

    [Fact]
    public void Each_url_is_finished_once_in_whatever_order_things_happen() =>
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Int[0, 30], Gen.Int[0, 4], Gen.Int[0, 9]).Array[1, 300]).Sample((window, steps) => new Model(window).Run(steps));

    private FrontierEntry Entry(string url, int depth) => new(url, UrlHash.Of(url), ++_number, depth, null);

    private static List<string> TakeAll(OriginFrontier frontier)
    {
        var taken = new List<string>();
        while (frontier.Take() is { } entry) taken.Add(entry.Href);
        return taken;
    }

    /// <summary>The frontier as its grain uses it, beside a store that is told of what is done only later and read over some time.</summary>
    private sealed class Model(int window)
    {
        private readonly OriginFrontier _frontier = new(window);
        private readonly Dictionary<string, (int Depth, long Number, bool IsOpen)> _store = [];
        private readonly List<FrontierEntry> _flying = [];
        private readonly Queue<FrontierEntry> _unstored = new();
        private readonly List<string> _finished = [];
        private List<FrontierEntry>? _reading;
        private DateTimeOffset _clock = Now;

        public void Run((int Url, int Depth, int What)[] steps)
        {
            foreach (var (url, depth, what) in steps)
            {
                Step($"{url}", depth, what);
                _clock += TimeSpan.FromSeconds(1);
                _frontier.Wake(_clock);
                Assert.Equal(_flying.Count, _frontier.InFlight);
                Assert.Equal(_store.Count - _finished.Count, _frontier.Queued + _frontier.InFlight + _frontier.Waiting);
            }

            _frontier.Wake(DateTimeOffset.MaxValue);
            for (var left = 10 * _store.Count + 10; !_frontier.IsIdle; left--)
            {
                Assert.True(left > 0, "queued URLs are never given");
                if (_reading is not null || _frontier.IsLow) Read();
                while (_frontier.Take() is { } entry) _flying.Add(entry);
                while (_flying.Count > 0) Finish(0);
            }

            Assert.Equal(_store.Keys.Order(), _finished.Order());
        }

        private void Step(string url, int depth, int what)
        {
            switch (what)
            {
                case <= 2 when _store.TryGetValue(url, out var known):
                    if (depth >= known.Depth) break;
                    _store[url] = known with { Depth = depth };
                    if (_frontier.Find(UrlHash.Of(url)) is { } here) _frontier.Lower(here, depth);
                    else if (known.IsOpen) _frontier.Keep(Row(url));
                    break;
                case <= 2:
                    _store.Add(url, (depth, _store.Count, true));
                    _frontier.Add(Row(url));
                    break;
                case <= 4 when _frontier.Take() is { } taken:
                    taken.Attempts++;
                    _flying.Add(taken);
                    break;
                case 5 when _flying.Count > 0:
                    _frontier.Retry(_flying[^1], _clock + TimeSpan.FromSeconds(depth));
                    _flying.RemoveAt(_flying.Count - 1);
                    break;
                case <= 7 when _flying.Count > 0:
                    Finish(depth % _flying.Count);
                    break;
                case 8 when _unstored.TryDequeue(out var entry):
                    Store(entry);
                    break;
                case 9 when _reading is not null || _frontier.IsLow:
                    Read();
                    break;
            }
        }

        private void Finish(int index)
        {
            var entry = _flying[index];
            _flying.RemoveAt(index);
            _frontier.Complete(entry);
            _finished.Add(entry.Href);
            _unstored.Enqueue(entry);
        }

        private void Store(FrontierEntry entry)
        {
            _store[entry.Href] = _store[entry.Href] with { IsOpen = false };
            _frontier.OnStored(entry.Hash);
        }

        /// <summary>The store answers with what it has when it is asked; the answer comes later.</summary>
        private void Read()
        {
            if (_reading is null)
            {
                var (after, limit) = _frontier.BeginLoad();
                _reading = [.. _store.Where(row => row.Value.IsOpen).Select(row => Row(row.Key)).Where(row => row.Order.CompareTo(after) > 0).OrderBy(row => row.Order).Take(limit)];
                return;
            }

            _frontier.EndLoad(_reading);
            _reading = null;
        }

        private FrontierEntry Row(string url) => new(url, UrlHash.Of(url), _store[url].Number, _store[url].Depth, null);
    }
}
