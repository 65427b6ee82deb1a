using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RedirectTests : FetchTest
{
    private static readonly string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private static string To(string location, int status = 302) =>
        $"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>/5 leads to /4 and so on; /0 is a page.</summary>
    private static RawServer Countdown() => new(exchange =>
    {
        var left = int.Parse(exchange.Target.AsSpan(1), provider: null);
        return exchange.SendAsync(left == 0 ? Ok : To($"/{left - 1}"));
    });

    private static CrawlUrl At(RawServer server, string path) => CrawlUrl.Parse(server.Url.Origin + path);

    [Fact]
    public async Task A_chain_of_five_is_followed_to_its_page()
    {
        await using var server = Countdown();
        var page = await FetchAsync(At(server, "/5"));

        Assert.Equal((PageOutcome.Success, 200, null), (page.Outcome, page.Status, page.Error));
        Assert.Equal(At(server, "/0"), page.FinalUrl);
        Assert.Equal(["/4", "/3", "/2", "/1", "/0"], page.Redirects.Select(href => new Uri(href).AbsolutePath));
    }

    [Fact]
    public async Task A_chain_of_exactly_the_limit_is_followed()
    {
        await using var server = Countdown();
        Assert.Equal(PageOutcome.Success, (await FetchAsync(At(server, "/20"))).Outcome);
    }

    [Fact]
    public async Task A_chain_over_the_limit_is_an_error_after_the_limit_of_requests()
    {
        await using var server = Countdown();
        var page = await FetchAsync(At(server, "/30"));

        Assert.Equal((PageOutcome.Error, 302, "too many redirects (20)", false), (page.Outcome, page.Status, page.Error, page.Transient));
        Assert.Equal(21, server.Heads.Count);
    }

    [Theory]
    [InlineData("/loop1", 2)]
    [InlineData("/self", 1)]
    public async Task A_loop_is_an_error_and_no_hop_is_requested_twice(string path, int requests)
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target switch
        {
            "/loop1" => To("/loop2"),
            "/loop2" => To("/loop1"),
            _ => To(exchange.Target),
        }));
        var page = await FetchAsync(At(server, path));

        Assert.Equal((PageOutcome.Error, 302, "redirect loop"), (page.Outcome, page.Status, page.Error));
        Assert.Equal(requests, server.Heads.Count);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Every_redirecting_status_is_followed(int status)
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target == "/to" ? Ok : To("/to", status)));
        Assert.Equal((PageOutcome.Success, 200), (await FetchAsync(server.Url)) is var page ? (page.Outcome, page.Status) : default);
    }

    [Theory]
    [InlineData("HTTP/1.1 300 Choices\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n", 300)]
    [InlineData("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 302)]
    [InlineData("HTTP/1.1 305 Proxy\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n", 305)]
    public async Task Other_answers_of_the_300s_are_final(string answer, int status)
    {
        await using var server = new RawServer(answer);
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, status, $"HTTP {status}"), (page.Outcome, page.Status, page.Error));
        Assert.Single(server.Heads);
    }

    [Theory]
    [InlineData("../ok?r=1", "/redirect/ok?r=1")]
    [InlineData("?q", "/redirect/relative/x?q")]
    [InlineData("/a%7Eb%41", "/a%7Eb%41")]
    [InlineData("/\u00c3\u00a9", "/%C3%A9")] // UTF-8 bytes in the header
    [InlineData("/\u00e9", "/%C3%A9")] // a Latin-1 byte
    [InlineData("/\u00c4\u008d\u00e6\u0097\u00a5", "/%C4%8D%E6%97%A5")] // UTF-8 of what Latin-1 has not
    public async Task Location_is_resolved_as_browsers_do_and_sent_verbatim(string location, string expected)
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target == "/redirect/relative/x" ? To(location) : Ok));
        var page = await FetchAsync(At(server, "/redirect/relative/x"));

        Assert.Equal(PageOutcome.Success, page.Outcome);
        Assert.Equal(At(server, expected), page.FinalUrl);
        Assert.StartsWith($"GET {expected} HTTP/1.1", server.Heads.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mailto:a@b.example")]
    [InlineData("http://:80/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_location_that_cannot_be_fetched_is_an_error_naming_it(string location)
    {
        await using var server = new RawServer(To(location));
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, 302), (page.Outcome, page.Status));
        Assert.Contains(location, page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_location_no_server_takes_is_not_asked_for()
    {
        await using var server = new RawServer(To("/" + new string('x', LinkCollector.MaxLength)));
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, 302, "redirect to an address longer than 16384 characters"), (page.Outcome, page.Status, page.Error));
        Assert.Single(server.Heads);
    }

    [Theory]
    [InlineData(PageOutcome.Disallowed, "robots")]
    [InlineData(PageOutcome.Skipped, "out of scope")]
    public async Task A_hop_the_caller_refuses_is_not_requested(PageOutcome outcome, string reason)
    {
        await using var server = new RawServer(To("/secret"));
        var asked = new List<string>();
        var page = await Fetcher.FetchAsync(
            Request(server.Url) with
            {
                AdmitHop = (url, _) =>
                {
                    asked.Add(url.PathAndQuery);
                    return new(new HopRefusal(outcome, reason));
                },
            },
            Token);

        Assert.Equal((outcome, 302, server.Url), (page.Outcome, page.Status, page.FinalUrl));
        Assert.Contains(reason, page.Error, StringComparison.Ordinal);
        Assert.Equal(["/secret"], asked);
        Assert.Single(server.Heads);
    }

    [Fact]
    public async Task Hops_are_admitted_on_the_scheduler_that_called()
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target == "/to" ? Ok : To("/to")));
        var loop = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        TaskScheduler? seen = null;
        var request = Request(server.Url) with
        {
            AdmitHop = async (_, _) =>
            {
                await Task.Yield();
                seen = TaskScheduler.Current;
                return null;
            },
        };
        var page = await Task.Factory.StartNew(() => Fetcher.FetchAsync(request, Token), Token, TaskCreationOptions.None, loop).Unwrap();

        Assert.Equal(PageOutcome.Success, page.Outcome);
        Assert.Same(loop, seen);
    }

    [Fact]
    public async Task Waiting_for_admission_does_not_use_up_the_time()
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target == "/to" ? Ok : To("/to")));
        var page = await Fetcher.FetchAsync(
            Request(server.Url) with
            {
                AdmitHop = (_, _) =>
                {
                    Time.Advance(TimeSpan.FromHours(1));
                    return new((HopRefusal?)null);
                },
            },
            Token);

        Assert.Equal((PageOutcome.Success, TimeSpan.Zero), (page.Outcome, page.Elapsed));
    }

    [Fact]
    public async Task Headers_given_for_a_site_do_not_follow_a_redirect_to_another()
    {
        await using var other = new RawServer(Ok);
        await using var server = new RawServer(To(other.Url.Href));
        var page = await Fetcher.FetchAsync(
            Request(server.Url) with { Headers = [new("Authorization", "Bearer s3cret"), new("X-Api-Key", "s3cret"), new("Accept-Language", "cs")] }, Token);

        Assert.Equal(PageOutcome.Success, page.Outcome);
        Assert.Contains("Bearer s3cret", Assert.Single(server.Heads), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Assert.Single(other.Heads), StringComparison.Ordinal);
        Assert.Contains("Accept-Language: cs", Assert.Single(other.Heads), StringComparison.Ordinal);
    }
}
