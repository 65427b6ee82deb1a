using System.Text;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RobotsCacheTests
{
    private static readonly RobotsRequest Ask = new("http://a.test", "bot/1.0", PrivateNetworks.None, TimeSpan.FromSeconds(30), Retries: 2);
    private static readonly FetchedPage Failure = Page(503, "HTTP 503", transient: true);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RobotsCache _cache;
    private Func<Task<FetchedPage>> _fetch = () => throw new InvalidOperationException("asked for");
    private int _fetches;

    public RobotsCacheTests() => _cache = new RobotsCache(
        _ =>
        {
            _fetches++;
            return _fetch();
        },
        _time);

    [Theory]
    [InlineData(null, 24 * 60)]
    [InlineData(30, 30)]
    [InlineData(0, 1)]
    [InlineData(48 * 60, 24 * 60)]
    public async Task A_file_is_kept_for_a_day_or_as_long_as_the_server_says(int? maxAgeMinutes, int minutes)
    {
        _fetch = () => Task.FromResult(Rules("Disallow: /a") with { MaxAge = maxAgeMinutes is { } m ? TimeSpan.FromMinutes(m) : null });
        Assert.Equal(TimeSpan.FromMinutes(minutes), (await GetAsync()).KeepFor);

        _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.FromSeconds(1), 1), ((await GetAsync()).KeepFor, _fetches));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.FromMinutes(minutes), 2), ((await GetAsync()).KeepFor, _fetches));
    }

    [Fact]
    public async Task A_file_that_is_missing_is_missing_for_a_day()
    {
        Answer(Page(404, "HTTP 404"));

        Assert.Equal((RobotsKind.AllowAll, null, TimeSpan.FromDays(1)), (await GetAsync()) is var answer ? (answer.Kind, answer.Error, answer.KeepFor) : default);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_tried_again_as_often_as_a_page_and_then_forbids_everything_for_a_minute()
    {
        Answer(Failure);
        List<(RobotsKind, int, double?)> answers = [];
        for (var i = 0; i < 3; i++)
        {
            var answer = await GetAsync();
            answers.Add((answer.Kind, answer.Attempts, answer.RetryIn?.TotalSeconds));
            _time.Advance(answer.RetryIn ?? TimeSpan.Zero);
        }

        Assert.Equal([(RobotsKind.DisallowAll, 1, 0.5), (RobotsKind.DisallowAll, 2, 1), (RobotsKind.DisallowAll, 3, null)], answers);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((null, 3), ((await GetAsync()).RetryIn, _fetches));

        _time.Advance(TimeSpan.FromSeconds(1));
        Answer(Rules("Disallow: /a"));
        Assert.Equal((RobotsKind.Rules, 4), ((await GetAsync()).Kind, _fetches));
    }

    [Fact]
    public async Task It_waits_as_long_as_the_server_asks_and_not_for_one_that_asks_too_much()
    {
        Answer(Failure with { RetryAfter = TimeSpan.FromSeconds(20) });
        Assert.Equal(TimeSpan.FromSeconds(20), (await GetAsync()).RetryIn);
        _time.Advance(TimeSpan.FromSeconds(20));

        Answer(Failure with { RetryAfter = TimeSpan.FromHours(1) });
        Assert.Null((await GetAsync()).RetryIn);
    }

    [Fact]
    public async Task While_the_file_cannot_be_had_its_last_version_counts()
    {
        Answer(Rules("Disallow: /a"));
        await GetAsync();
        _time.Advance(TimeSpan.FromDays(1));
        Answer(Failure);
        for (var i = 0; i < 2; i++) _time.Advance((await GetAsync()).RetryIn!.Value);

        for (var i = 0; i < 3; i++)
        {
            var answer = await GetAsync();
            Assert.Equal((RobotsKind.Rules, "User-agent: *\nDisallow: /a", TimeSpan.FromMinutes(1)), (answer.Kind, Encoding.UTF8.GetString(answer.Text.AsSpan()), answer.KeepFor));
            _time.Advance(answer.KeepFor);
            for (var retry = 0; retry < 2; retry++) _time.Advance((await GetAsync()).RetryIn!.Value);
        }
    }

    [Fact]
    public async Task A_refusal_for_being_too_many_is_asked_about_again_in_a_minute()
    {
        Answer(Page(429, "HTTP 429", transient: true));

        var answer = await _cache.GetAsync(Ask with { Retries = 0 });

        Assert.Equal((RobotsKind.AllowAll, null, TimeSpan.FromMinutes(1)), (answer!.Kind, answer.RetryIn, answer.KeepFor));
    }

    [Fact]
    public async Task Whoever_asks_meanwhile_waits_for_the_same_answer_but_not_longer_than_a_call_may_take()
    {
        var answer = new TaskCompletionSource<FetchedPage>();
        _fetch = () => answer.Task;
        var (first, second) = (_cache.GetAsync(Ask), _cache.GetAsync(Ask));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await first);
        Assert.Null(await second);

        var third = _cache.GetAsync(Ask);
        answer.SetResult(Rules("Disallow: /a"));

        Assert.Equal((RobotsKind.Rules, 1), ((await third)!.Kind, _fetches));
    }

    [Fact]
    public async Task Who_may_reach_other_networks_gets_an_answer_of_its_own()
    {
        Answer(Rules("Disallow: /a"));
        await GetAsync();
        await _cache.GetAsync(Ask with { Permitted = PrivateNetworks.All });
        await _cache.GetAsync(Ask with { Origin = "https://a.test" });

        Assert.Equal(3, _fetches);
    }

    [Fact]
    public async Task What_came_of_a_file_too_large_counts_and_what_broke_off_does_not()
    {
        Answer(Page(200, "body larger than 512001 bytes") with { Body = new byte[RobotsFile.MaxBytes] });
        Assert.Equal(RobotsKind.Rules, (await GetAsync()).Kind);

        Answer(Page(200, "truncated body") with { Body = new byte[100] });
        Assert.Equal((RobotsKind.DisallowAll, "truncated body"), await _cache.GetAsync(Ask with { Origin = "http://b.test" }) is { } answer ? (answer.Kind, answer.Error) : default);
    }

    private async Task<RobotsAnswer> GetAsync() => (await _cache.GetAsync(Ask))!;

    private void Answer(FetchedPage page) => _fetch = () => Task.FromResult(page);

    private static FetchedPage Rules(string rule) =>
        new() { FinalUrl = CrawlUrl.Parse("http://a.test/robots.txt"), Outcome = PageOutcome.Success, Status = 200, Body = Encoding.UTF8.GetBytes("User-agent: *\n" + rule) };

    private static FetchedPage Page(int status, string error, bool transient = false) =>
        new() { FinalUrl = CrawlUrl.Parse("http://a.test/robots.txt"), Outcome = PageOutcome.Error, Status = status, Error = error, Transient = transient };
}
